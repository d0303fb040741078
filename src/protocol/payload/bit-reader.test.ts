import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { BitReader } from './bit-reader.ts';
import { BitWriter } from './testing/bit-writer.ts';

describe('BitReader', () => {
  it('reads from the most significant bit on', () => {
    const reader = new BitReader(bytes('a5 ff 00'));
    expect([reader.flag(), reader.bits(3), reader.bits(8)]).toEqual([true, 0b010, 0b01011111]);
    reader.skip(4);
    expect(reader.bits(8)).toBe(0);
    expect(reader.exhausted).toBe(false);
    expect(reader.flag()).toBe(false);
    expect(reader.exhausted).toBe(true);
  });

  it('reads 32 bits as an unsigned number', () => {
    expect(new BitReader(bytes('ff ff ff ff')).bits(32)).toBe(0xffffffff);
  });

  it('reads the code words of H.264 table 9-1 and 9-3', () => {
    // 1, 010, 011, 00100, 00101, 00110, 00111, 0001000
    const codes = bytes('a6 42 98 e2 04');
    const unsigned = new BitReader(codes);
    expect(Array.from({ length: 8 }, () => unsigned.unsignedExpGolomb())).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const signed = new BitReader(codes);
    const values = Array.from({ length: 8 }, () => signed.signedExpGolomb() + 0);
    expect(values).toEqual([0, 1, -1, 2, -2, 3, -3, 4]);
  });

  it('gives up on numbers of more than 32 bits and on missing bits', () => {
    for (const hex of ['00 00 00 00 80 00 00 00 00', '00', '']) {
      const reader = new BitReader(bytes(hex));
      expect(reader.unsignedExpGolomb()).toBe(0);
      expect(reader.exhausted).toBe(true);
    }
    const largest = new BitReader(bytes('00 00 00 01 ff ff ff ff'));
    expect(largest.unsignedExpGolomb()).toBe(2 ** 32 - 2);
    expect(largest.exhausted).toBe(false);
  });

  it('reads non-symmetric numbers in no more bits than they need', () => {
    // 00, 01, 10, 110, 111: the five values of ns(5), AV1 RTP specification A.8.2.
    const reader = new BitReader(bytes('1b 70'));
    expect(Array.from({ length: 5 }, () => reader.nonSymmetric(5))).toEqual([0, 1, 2, 3, 4]);
    expect(reader.bits(4)).toBe(0);
    expect(reader.nonSymmetric(1)).toBe(0);
    expect(reader.exhausted).toBe(false);
    const number = fc.integer({ min: 1, max: 100 }).chain((limit) => fc.tuple(fc.constant(limit), fc.nat(limit - 1)));
    fc.assert(
      fc.property(fc.array(number), (numbers) => {
        const writer = new BitWriter();
        for (const [limit, value] of numbers) writer.nonSymmetric(limit, value);
        const written = new BitReader(writer.zeroPadded());
        for (const [limit, value] of numbers) expect(written.nonSymmetric(limit)).toBe(value);
      }),
    );
  });

  it('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2 ** 31), fc.integer({ min: -1000, max: 1000 }))), (values) => {
        const writer = new BitWriter();
        for (const [unsigned, signed] of values) writer.unsignedExpGolomb(unsigned).signedExpGolomb(signed);
        const reader = new BitReader(writer.finish());
        for (const [unsigned, signed] of values) {
          expect(reader.unsignedExpGolomb()).toBe(unsigned);
          expect(reader.signedExpGolomb() + 0).toBe(signed + 0);
        }
        expect(reader.exhausted).toBe(false);
      }),
    );
  });
});
