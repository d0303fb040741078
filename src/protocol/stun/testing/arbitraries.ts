import fc from 'fast-check';
import { ATTRIBUTE_CODE, type StunAttribute } from '../attributes.ts';
import { formatIpAddress } from '../ip-address.ts';
import type { StunMessage } from '../message.ts';

const KNOWN_CODES: ReadonlySet<number> = new Set(Object.values(ATTRIBUTE_CODE));

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const port = fc.integer({ min: 0, max: 0xffff });
const tieBreaker = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const address = fc
  .oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 }))
  .map((bytes) => formatIpAddress(bytes) ?? '');

/** Any attribute with any value in range. */
export const attributes: fc.Arbitrary<StunAttribute> = fc.oneof(
  text.map((value): StunAttribute => ({ type: 'username', value })),
  text.map((value): StunAttribute => ({ type: 'software', value })),
  fc.tuple(address, port).map(([ip, number]): StunAttribute => ({ type: 'mapped-address', address: ip, port: number })),
  fc
    .tuple(address, port)
    .map(([ip, number]): StunAttribute => ({ type: 'xor-mapped-address', address: ip, port: number })),
  fc
    .tuple(fc.integer({ min: 300, max: 699 }), text)
    .map(([code, reason]): StunAttribute => ({ type: 'error-code', code, reason })),
  fc.array(port, { maxLength: 6 }).map((codes): StunAttribute => ({ type: 'unknown-attributes', codes })),
  fc.nat({ max: 0xffffffff }).map((value): StunAttribute => ({ type: 'priority', value })),
  fc.constant<StunAttribute>({ type: 'use-candidate' }),
  tieBreaker.map((value): StunAttribute => ({ type: 'ice-controlled', tieBreaker: value })),
  tieBreaker.map((value): StunAttribute => ({ type: 'ice-controlling', tieBreaker: value })),
  fc
    .tuple(
      port.filter((code) => !KNOWN_CODES.has(code)),
      fc.uint8Array({ maxLength: 30 }),
    )
    .map(([code, value]): StunAttribute => ({ type: 'unknown', code, value })),
);

/** Any message without MESSAGE-INTEGRITY and FINGERPRINT. */
export const messages: fc.Arbitrary<StunMessage> = fc.record({
  class: fc.constantFrom('request', 'indication', 'success', 'error'),
  method: fc.integer({ min: 0, max: 0xfff }),
  transactionId: fc.uint8Array({ minLength: 12, maxLength: 12 }),
  attributes: fc.array(attributes, { maxLength: 8 }),
});
