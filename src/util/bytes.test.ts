import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byteAt,
  concatenate,
  readUint16,
  readUint24,
  readUint32,
  writeUint16,
  writeUint24,
  writeUint32,
} from './bytes.ts';

describe('numbers', () => {
  it('are read in network order', () => {
    const bytes = Uint8Array.of(0xfe, 0xdc, 0xba, 0x98, 0x76);
    expect(byteAt(bytes, 4)).toBe(0x76);
    expect(readUint16(bytes, 1)).toBe(0xdcba);
    expect(readUint24(bytes, 0)).toBe(0xfedcba);
    expect(readUint32(bytes, 0)).toBe(0xfedcba98);
    expect(readUint32(bytes, 1)).toBe(0xdcba9876);
  });

  it('read zeros beyond the end', () => {
    expect(byteAt(Uint8Array.of(1), 1)).toBe(0);
    expect(readUint32(Uint8Array.of(1), 0)).toBe(0x01000000);
  });

  it('are written in network order', () => {
    const bytes = new Uint8Array(9);
    writeUint16(bytes, 0, 0x1fedc);
    writeUint24(bytes, 2, 0xba9876);
    writeUint32(bytes, 5, 0xfedcba98);
    expect(bytes).toEqual(Uint8Array.of(0xfe, 0xdc, 0xba, 0x98, 0x76, 0xfe, 0xdc, 0xba, 0x98));
  });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffffff), fc.nat(0xffffffff), (a, b, c) => {
        const bytes = new Uint8Array(9);
        writeUint16(bytes, 0, a);
        writeUint24(bytes, 2, b);
        writeUint32(bytes, 5, c);
        expect([readUint16(bytes, 0), readUint24(bytes, 2), readUint32(bytes, 5)]).toEqual([a, b, c]);
      }),
    );
  });
});

describe('concatenate', () => {
  it('joins the parts in order', () => {
    expect(concatenate([])).toEqual(new Uint8Array(0));
    expect(concatenate([Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)])).toEqual(Uint8Array.of(1, 2, 3));
  });
});
