import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTE_CODE, isComprehensionRequired, parseAttribute, writeAttribute } from './attributes.ts';
import { attributes } from './testing/arbitraries.ts';
import { VECTOR_TRANSACTION_ID as transactionId } from './testing/rfc5769.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('parseAttribute', () => {
  it('undoes writeAttribute', () => {
    fc.assert(
      fc.property(attributes, (attribute) => {
        const { code, value } = writeAttribute(attribute, transactionId);
        expect(parseAttribute(code, value, transactionId)).toEqual(attribute);
      }),
    );
  });

  it('never throws', () => {
    const code = fc.oneof(fc.constantFrom(...Object.values(ATTRIBUTE_CODE)), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(code, fc.uint8Array({ maxLength: 40 }), (type, value) => {
        parseAttribute(type, value, transactionId);
      }),
    );
  });

  it.each([
    ['PRIORITY of 3 bytes', ATTRIBUTE_CODE.priority, bytes(1, 2, 3)],
    ['USE-CANDIDATE with a value', ATTRIBUTE_CODE['use-candidate'], bytes(0, 0, 0, 0)],
    ['ICE-CONTROLLED of 4 bytes', ATTRIBUTE_CODE['ice-controlled'], bytes(1, 2, 3, 4)],
    ['ICE-CONTROLLING of 9 bytes', ATTRIBUTE_CODE['ice-controlling'], bytes(1, 2, 3, 4, 5, 6, 7, 8, 9)],
    ['ERROR-CODE of 3 bytes', ATTRIBUTE_CODE['error-code'], bytes(0, 0, 4)],
    ['ERROR-CODE of class 2', ATTRIBUTE_CODE['error-code'], bytes(0, 0, 2, 0)],
    ['ERROR-CODE of class 7', ATTRIBUTE_CODE['error-code'], bytes(0, 0, 7, 0)],
    ['ERROR-CODE with number 100', ATTRIBUTE_CODE['error-code'], bytes(0, 0, 4, 100)],
    ['UNKNOWN-ATTRIBUTES of 3 bytes', ATTRIBUTE_CODE['unknown-attributes'], bytes(0, 1, 2)],
    ['an IPv4 address of 3 bytes', ATTRIBUTE_CODE['mapped-address'], bytes(0, 1, 0, 1, 1, 2, 3)],
    ['an IPv4 address of 16 bytes', ATTRIBUTE_CODE['mapped-address'], new Uint8Array(20).fill(1, 1, 2)],
    ['an IPv6 address of 4 bytes', ATTRIBUTE_CODE['xor-mapped-address'], bytes(0, 2, 0, 1, 1, 2, 3, 4)],
    ['an address of family 3', ATTRIBUTE_CODE['xor-mapped-address'], bytes(0, 3, 0, 1, 1, 2, 3, 4)],
    ['an address without anything', ATTRIBUTE_CODE['xor-mapped-address'], bytes(0, 1)],
  ])('refuses %s', (_, code, value) => {
    expect(parseAttribute(code, value, transactionId)).toBeUndefined();
  });

  it('reads an error code with the reserved bits set', () => {
    const value = bytes(0xff, 0xff, 0xfc, 87, 0x6e, 0x6f);
    expect(parseAttribute(ATTRIBUTE_CODE['error-code'], value, transactionId)).toEqual({
      type: 'error-code',
      code: 487,
      reason: 'no',
    });
  });

  it('keeps no reference to the datagram', () => {
    const value = bytes(1, 2);
    const attribute = parseAttribute(0xc057, value, transactionId);
    value.fill(0);
    expect(attribute).toEqual({ type: 'unknown', code: 0xc057, value: bytes(1, 2) });
  });
});

describe('writeAttribute', () => {
  it('writes an IPv4-mapped address as IPv4, which is what the peer sees', () => {
    const { value } = writeAttribute(
      { type: 'mapped-address', address: '::ffff:192.0.2.1', port: 4660 },
      transactionId,
    );
    expect(value).toEqual(bytes(0, 1, 0x12, 0x34, 192, 0, 2, 1));
  });

  it('throws on values out of range', () => {
    expect(() => writeAttribute({ type: 'error-code', code: 700, reason: '' }, transactionId)).toThrow(RangeError);
    expect(() => writeAttribute({ type: 'error-code', code: 299, reason: '' }, transactionId)).toThrow(RangeError);
    expect(() => writeAttribute({ type: 'xor-mapped-address', address: 'localhost', port: 1 }, transactionId)).toThrow(
      TypeError,
    );
  });
});

describe('isComprehensionRequired', () => {
  it('holds for the lower half', () => {
    expect(isComprehensionRequired(0x7fff)).toBe(true);
    expect(isComprehensionRequired(0x8000)).toBe(false);
  });
});
