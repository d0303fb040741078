import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStun, parseStunHeader, writeStunHeader } from './header.ts';
import { SAMPLE_REQUEST } from './testing/rfc5769.ts';

function changed(change: (bytes: Uint8Array) => void): Uint8Array {
  const copy = SAMPLE_REQUEST.slice();
  change(copy);
  return copy;
}

describe('isStun', () => {
  it('knows a message', () => {
    expect(isStun(SAMPLE_REQUEST)).toBe(true);
  });

  it.each([
    ['the two first bits set', changed((bytes) => (bytes[0] = 0x80))],
    ['another cookie', changed((bytes) => (bytes[4] = 0x20))],
    ['a length field that is too small', changed((bytes) => (bytes[3] = 0x54))],
    ['a length field that is too large', changed((bytes) => (bytes[3] = 0x5c))],
    ['a length that is no multiple of four', changed((bytes) => (bytes[3] = 0x57)).subarray(0, -1)],
    ['less than a header', SAMPLE_REQUEST.subarray(0, 19)],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s', (_, bytes) => {
    expect(isStun(bytes)).toBe(false);
    expect(parseStunHeader(bytes)).toBeUndefined();
  });
});

describe('writeStunHeader', () => {
  const transactionId = new Uint8Array(12);

  // RFC 8489 5: the class bits stand between the method's.
  it.each([
    ['request', 0x001, 0x0001],
    ['indication', 0x001, 0x0011],
    ['success', 0x001, 0x0101],
    ['error', 0x001, 0x0111],
    ['request', 0xfff, 0x3eef],
    ['error', 0xfff, 0x3fff],
    ['success', 0x080, 0x0300],
  ] as const)('writes the type of %s of method %i', (stunClass, method, type) => {
    const datagram = new Uint8Array(20);
    writeStunHeader(datagram, { class: stunClass, method, transactionId });
    expect(new DataView(datagram.buffer).getUint16(0)).toBe(type);
  });

  it('is undone by parsing', () => {
    const header = fc.record({
      class: fc.constantFrom('request', 'indication', 'success', 'error'),
      method: fc.integer({ min: 0, max: 0xfff }),
      transactionId: fc.uint8Array({ minLength: 12, maxLength: 12 }),
    });
    fc.assert(
      fc.property(header, fc.nat(100), (value, words) => {
        const datagram = new Uint8Array(20 + 4 * words);
        writeStunHeader(datagram, value);
        expect(parseStunHeader(datagram)).toEqual(value);
      }),
    );
  });

  it('throws on a method or transaction id of the wrong size', () => {
    const datagram = new Uint8Array(20);
    expect(() => writeStunHeader(datagram, { class: 'request', method: 0x1000, transactionId })).toThrow(RangeError);
    expect(() => writeStunHeader(datagram, { class: 'request', method: 1, transactionId: new Uint8Array(11) })).toThrow(
      RangeError,
    );
  });
});
