import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { av1SequenceSize } from './av1-sequence-header.ts';
import { BitWriter } from './testing/bit-writer.ts';

interface Fields {
  timing: { equalInterval: number | undefined; delayBits: number | undefined } | undefined;
  hasDisplayDelay: boolean;
  points: { level: number; decoderModel: boolean; displayDelay: boolean }[];
  width: number;
  height: number;
  spareBits: number;
}

const fields: fc.Arbitrary<Fields> = fc.record({
  timing: fc.option(
    fc.record({
      equalInterval: fc.option(fc.nat(1000), { nil: undefined }),
      delayBits: fc.option(fc.integer({ min: 1, max: 32 }), { nil: undefined }),
    }),
    { nil: undefined },
  ),
  hasDisplayDelay: fc.boolean(),
  points: fc.array(fc.record({ level: fc.nat(31), decoderModel: fc.boolean(), displayDelay: fc.boolean() }), {
    minLength: 1,
    maxLength: 32,
  }),
  width: fc.integer({ min: 1, max: 65_536 }),
  height: fc.integer({ min: 1, max: 65_536 }),
  spareBits: fc.nat(15),
});

function write({ timing, hasDisplayDelay, points, width, height, spareBits }: Fields): Uint8Array {
  const writer = new BitWriter()
    .bits(3, 0)
    .flag(false)
    .flag(false)
    .flag(timing !== undefined);
  if (timing !== undefined) {
    writer
      .bits(32, 1)
      .bits(32, 30)
      .flag(timing.equalInterval !== undefined);
    if (timing.equalInterval !== undefined) writer.unsignedExpGolomb(timing.equalInterval);
    writer.flag(timing.delayBits !== undefined);
    if (timing.delayBits !== undefined)
      writer
        .bits(5, timing.delayBits - 1)
        .bits(32, 7)
        .bits(5, 31)
        .bits(5, 0);
  }
  writer.flag(hasDisplayDelay).bits(5, points.length - 1);
  for (const { level, decoderModel, displayDelay } of points) {
    writer.bits(12, 0xfff).bits(5, level);
    if (level > 7) writer.flag(true);
    const { delayBits } = timing ?? {};
    if (delayBits !== undefined) writer.flag(decoderModel);
    if (delayBits !== undefined && decoderModel) writer.bits(delayBits, 1).bits(delayBits, 1).flag(true);
    if (hasDisplayDelay) writer.flag(displayDelay);
    if (hasDisplayDelay && displayDelay) writer.bits(4, 9);
  }
  const widthBits = Math.min(16, Math.max(1, Math.ceil(Math.log2(width))) + spareBits);
  const heightBits = Math.min(16, Math.max(1, Math.ceil(Math.log2(height))) + spareBits);
  writer.bits(4, widthBits - 1).bits(4, heightBits - 1);
  return writer
    .bits(widthBits, width - 1)
    .bits(heightBits, height - 1)
    .finish();
}

describe('av1SequenceSize', () => {
  it.each([
    ['plain (Chromium)', '00 00 00 04 3c fe cc 01 a0 01', 320, 180],
    ['with timing information', '24 00 00 00 04 00 00 00 3f 00 00 00 66 c3 04 da f9 20 21 a0 04', 98, 66],
    ['of a still picture', '38 19 b0 c1 6d 01 0d 00 20', 98, 66],
  ])('reads a sequence header %s', (_, hex, width, height) => {
    expect(av1SequenceSize(bytes(hex))).toEqual({ width, height });
  });

  it('reads every kind of sequence header', () => {
    fc.assert(
      fc.property(fields, (value) => {
        const header = write(value);
        expect(av1SequenceSize(header)).toEqual({ width: value.width, height: value.height });
        expect(av1SequenceSize(header.subarray(0, -2))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
