import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyMessageIntegrity } from './integrity.ts';
import {
  type ReceivedStunMessage,
  findAttribute,
  parseStunMessage,
  stunUsername,
  writeStunMessage,
} from './message.ts';
import { messages } from './testing/arbitraries.ts';
import {
  SAMPLE_IPV4_RESPONSE,
  SAMPLE_IPV6_RESPONSE,
  SAMPLE_REQUEST,
  VECTOR_PASSWORD,
  VECTOR_TRANSACTION_ID,
} from './testing/rfc5769.ts';

const INTEGRITY_OFFSET = 76;

function parsed(datagram: Uint8Array): ReceivedStunMessage {
  const message = parseStunMessage(datagram);
  if (message === undefined) throw new Error('malformed');
  return message;
}

/** A message of raw attributes with the right length field. */
function datagram(...rawAttributes: readonly (readonly [code: number, ...value: number[]])[]): Uint8Array {
  const body = rawAttributes.flatMap(([code, ...value]) => [
    ...[code >> 8, code & 0xff, value.length >> 8, value.length & 0xff],
    ...value,
    ...new Array<number>((4 - (value.length % 4)) % 4).fill(0),
  ]);
  return Uint8Array.from([0, 1, 0, body.length, 0x21, 0x12, 0xa4, 0x42, ...VECTOR_TRANSACTION_ID, ...body]);
}

describe('the vectors of RFC 5769', () => {
  it('2.1: request', () => {
    const message = parsed(SAMPLE_REQUEST);
    expect(message).toEqual({
      class: 'request',
      method: 1,
      transactionId: VECTOR_TRANSACTION_ID,
      attributes: [
        { type: 'software', value: 'STUN test client' },
        { type: 'priority', value: 0x6e0001ff },
        { type: 'ice-controlled', tieBreaker: 0x932ff9b151263b36n },
        { type: 'username', value: 'evtj:h6vY' },
      ],
      integrityOffset: INTEGRITY_OFFSET,
      hasFingerprint: true,
    });
    expect(verifyMessageIntegrity(SAMPLE_REQUEST, message, VECTOR_PASSWORD)).toBe(true);
    expect(stunUsername(SAMPLE_REQUEST)).toBe('evtj:h6vY');
  });

  it.each([
    ['2.2: IPv4 response', SAMPLE_IPV4_RESPONSE, '192.0.2.1'],
    ['2.3: IPv6 response', SAMPLE_IPV6_RESPONSE, '2001:db8:1234:5678:11:2233:4455:6677'],
  ])('%s', (_, response, address) => {
    const message = parsed(response);
    expect(message.class).toBe('success');
    expect(message.hasFingerprint).toBe(true);
    expect(message.attributes).toEqual([
      { type: 'software', value: 'test vector' },
      { type: 'xor-mapped-address', address, port: 32853 },
    ]);
    expect(verifyMessageIntegrity(response, message, VECTOR_PASSWORD)).toBe(true);
  });

  it('2.1: the same bytes are written, but for its padding with spaces', () => {
    const written = writeStunMessage(parsed(SAMPLE_REQUEST), { password: VECTOR_PASSWORD });
    const expected = SAMPLE_REQUEST.slice();
    expected.fill(0, INTEGRITY_OFFSET - 3, INTEGRITY_OFFSET);
    expect(written.subarray(0, INTEGRITY_OFFSET)).toEqual(expected.subarray(0, INTEGRITY_OFFSET));
  });
});

describe('parseStunMessage', () => {
  it('undoes writeStunMessage', () => {
    fc.assert(
      fc.property(
        messages,
        fc.option(fc.string({ unit: 'grapheme' })),
        fc.boolean(),
        (message, password, fingerprint) => {
          const written = writeStunMessage(message, { password: password ?? undefined, fingerprint });
          const { integrityOffset, hasFingerprint, ...rest } = parsed(written);
          expect(rest).toEqual(message);
          expect(hasFingerprint).toBe(fingerprint);
          expect(integrityOffset !== undefined).toBe(password !== null);
          if (password !== null) expect(verifyMessageIntegrity(written, { integrityOffset }, password)).toBe(true);
        },
      ),
    );
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < SAMPLE_REQUEST.length; length++) {
      expect(parseStunMessage(SAMPLE_REQUEST.subarray(0, length))).toBeUndefined();
    }
  });

  it('refuses or reads any bytes without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60, size: 'max' }), (body) => {
        const bytes = datagram();
        const message = Uint8Array.from([...bytes, ...body.subarray(0, body.length & ~3)]);
        message[3] = message.length - 20;
        const result = parseStunMessage(message);
        if (result !== undefined) verifyMessageIntegrity(message, result, 'password');
        stunUsername(message);
      }),
    );
  });

  it('takes no FINGERPRINT for right after any bit was changed', () => {
    for (let bit = 0; bit < 8 * SAMPLE_REQUEST.length; bit++) {
      const changed = SAMPLE_REQUEST.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(parseStunMessage(changed)?.hasFingerprint ?? false).toBe(false);
    }
  });

  it('reads a message without FINGERPRINT and MESSAGE-INTEGRITY', () => {
    const message = parsed(datagram([0x24, 0, 0, 0, 7]));
    expect(message.attributes).toEqual([{ type: 'priority', value: 7 }]);
    expect(message.hasFingerprint).toBe(false);
    expect(message.integrityOffset).toBeUndefined();
    expect(verifyMessageIntegrity(datagram([0x24, 0, 0, 0, 7]), message, '')).toBe(false);
  });

  it('leaves out what stands behind MESSAGE-INTEGRITY', () => {
    const integrity = [0x08, ...new Array<number>(20).fill(1)] as const;
    const message = parsed(datagram([0x06, 0x61], integrity, [0x25], integrity));
    expect(message.attributes).toEqual([{ type: 'username', value: 'a' }]);
    expect(message.integrityOffset).toBe(28);
  });

  it('passes over MESSAGE-INTEGRITY-SHA256', () => {
    const message = parsed(datagram([0x1c, ...new Array<number>(32).fill(1)], [0x25]));
    expect(message.attributes).toEqual([{ type: 'use-candidate' }]);
  });

  it.each([
    ['an attribute that reaches beyond the end', datagram([0x06, 1, 2, 3, 4]).with(23, 5)],
    ['a wrong FINGERPRINT', SAMPLE_REQUEST.with(-1, 0)],
    ['MESSAGE-INTEGRITY of 19 bytes', datagram([0x08, ...new Array<number>(19).fill(1)])],
    ['FINGERPRINT of 3 bytes', datagram([0x8028, 1, 2, 3])],
    ['a malformed attribute', datagram([0x24, 1])],
  ])('refuses %s', (_, bytes) => {
    expect(parseStunMessage(bytes)).toBeUndefined();
  });

  it('refuses an attribute behind FINGERPRINT', () => {
    const written = writeStunMessage({
      class: 'request',
      method: 1,
      transactionId: VECTOR_TRANSACTION_ID,
      attributes: [],
    });
    const extended = Uint8Array.from([...written, 0, 0x25, 0, 0]);
    extended[3] = (extended[3] ?? 0) + 4;
    expect(parseStunMessage(written)).toBeDefined();
    expect(parseStunMessage(extended)).toBeUndefined();
  });

  it('reads a view into a larger buffer', () => {
    const larger = Uint8Array.from([9, 9, 9, ...SAMPLE_REQUEST, 9]);
    const view = larger.subarray(3, -1);
    expect(parsed(view)).toEqual(parsed(SAMPLE_REQUEST));
    expect(verifyMessageIntegrity(view, parsed(view), VECTOR_PASSWORD)).toBe(true);
    expect(stunUsername(view)).toBe('evtj:h6vY');
  });
});

describe('verifyMessageIntegrity', () => {
  it('fails for another password', () => {
    expect(verifyMessageIntegrity(SAMPLE_REQUEST, parsed(SAMPLE_REQUEST), `${VECTOR_PASSWORD}x`)).toBe(false);
  });

  it('fails for any other protected byte, and holds whatever follows', () => {
    const message = parsed(SAMPLE_REQUEST);
    for (let index = 0; index < SAMPLE_REQUEST.length; index++) {
      const changed = SAMPLE_REQUEST.slice();
      changed[index] = (changed[index] ?? 0) ^ 1;
      // The length field is not that of the message but of what the HMAC covers.
      const isCovered = index < INTEGRITY_OFFSET && index !== 2 && index !== 3;
      const isValue = index >= INTEGRITY_OFFSET + 4 && index < INTEGRITY_OFFSET + 24;
      expect(verifyMessageIntegrity(changed, message, VECTOR_PASSWORD)).toBe(!isCovered && !isValue);
    }
  });

  it('fails for an offset that reaches beyond the end', () => {
    expect(verifyMessageIntegrity(SAMPLE_REQUEST, { integrityOffset: 90 }, VECTOR_PASSWORD)).toBe(false);
  });
});

describe('writeStunMessage', () => {
  it('throws where the message is too long', () => {
    const attributes = [{ type: 'unknown', code: 0xc001, value: new Uint8Array(65_535) }] as const;
    expect(() =>
      writeStunMessage({ class: 'request', method: 1, transactionId: VECTOR_TRANSACTION_ID, attributes }),
    ).toThrow(RangeError);
  });
});

describe('stunUsername', () => {
  it('finds the first USERNAME wherever it stands', () => {
    expect(stunUsername(datagram([0x25], [0xc001, 1], [0x06, 0x61, 0x3a, 0x62], [0x06, 0x63]))).toBe('a:b');
  });

  it('is undefined without one and for other datagrams', () => {
    expect(stunUsername(datagram([0x25]))).toBeUndefined();
    expect(stunUsername(SAMPLE_IPV4_RESPONSE)).toBeUndefined();
    expect(stunUsername(SAMPLE_REQUEST.subarray(0, 60))).toBeUndefined();
    expect(stunUsername(Uint8Array.of(0x80, 0x60, 0, 0))).toBeUndefined();
  });
});

describe('findAttribute', () => {
  it('gives the first of its type', () => {
    const message = parsed(datagram([0x24, 0, 0, 0, 1], [0x24, 0, 0, 0, 2]));
    expect(findAttribute(message, 'priority')).toEqual({ type: 'priority', value: 1 });
    expect(findAttribute(message, 'software')).toBeUndefined();
  });
});
