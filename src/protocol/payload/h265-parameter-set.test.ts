import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { h265ParameterSetSize } from './h265-parameter-set.ts';
import { BitWriter, escapeNalUnit } from './testing/bit-writer.ts';

interface Fields {
  subLayers: { profile: boolean; level: boolean }[];
  chromaFormat: number;
  separatePlanes: boolean;
  width: number;
  height: number;
  window: [number, number, number, number] | undefined;
}

const fields: fc.Arbitrary<Fields> = fc.record({
  subLayers: fc.array(fc.record({ profile: fc.boolean(), level: fc.boolean() }), { maxLength: 6 }),
  chromaFormat: fc.nat(3),
  separatePlanes: fc.boolean(),
  width: fc.integer({ min: 16, max: 8192 }),
  height: fc.integer({ min: 16, max: 8192 }),
  window: fc.option(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)), { nil: undefined }),
});

function write({ subLayers, chromaFormat, separatePlanes, width, height, window }: Fields): Uint8Array {
  const writer = new BitWriter().bits(4, 0).bits(3, subLayers.length).flag(true);
  writer.bits(8, 0x01).bits(32, 0x60000000).bits(32, 0x90000000).bits(16, 0).bits(8, 93);
  for (const { profile, level } of subLayers) writer.flag(profile).flag(level);
  for (let layer = subLayers.length; subLayers.length > 0 && layer < 8; layer += 1) writer.bits(2, 0);
  for (const { profile, level } of subLayers) {
    if (profile) writer.bits(32, 0xffffffff).bits(32, 0xffffffff).bits(24, 0xffffff);
    if (level) writer.bits(8, 0xff);
  }
  writer.unsignedExpGolomb(0).unsignedExpGolomb(chromaFormat);
  if (chromaFormat === 3) writer.flag(separatePlanes);
  writer
    .unsignedExpGolomb(width)
    .unsignedExpGolomb(height)
    .flag(window !== undefined);
  for (const offset of window ?? []) writer.unsignedExpGolomb(offset);
  return escapeNalUnit(writer.unsignedExpGolomb(0).finish());
}

describe('h265ParameterSetSize', () => {
  it.each([
    ['4:4:4', '04 08 00 00 03 00 9e 08 00 00 03 00 00 3f 90 06 90 24 e7 9f 2c ac d2 49 95 ff e0 00 20 00 2d 41'],
    ['4:2:2', '04 08 00 00 03 00 9d 08 00 00 03 00 00 3f b0 34 81 27 24 f9 65 66 92 4c af ff 00 01 00 01 6a 0c'],
    ['10 bit', '02 20 00 00 03 00 90 00 00 03 00 00 03 00 3f a0 34 81 27 24 8d 96 56 69 24 ca ff f0 00 10 00 16'],
  ])('reads what x265 writes: %s', (_, hex) => {
    expect(h265ParameterSetSize(bytes(`01 ${hex}`))).toEqual({ width: 98, height: 66 });
  });

  it('reads every kind of parameter set', () => {
    fc.assert(
      fc.property(fields, (value) => {
        const [left, right, top, bottom] = value.window ?? [0, 0, 0, 0];
        const unitX = value.chromaFormat === 1 || value.chromaFormat === 2 ? 2 : 1;
        const unitY = value.chromaFormat === 1 ? 2 : 1;
        expect(h265ParameterSetSize(write(value))).toEqual({
          width: value.width - unitX * (left + right),
          height: value.height - unitY * (top + bottom),
        });
      }),
      { numRuns: 300 },
    );
  });

  it('refuses one that is cut short or shows nothing', () => {
    const value: Fields = {
      subLayers: [],
      chromaFormat: 1,
      separatePlanes: false,
      width: 16,
      height: 16,
      window: undefined,
    };
    expect(h265ParameterSetSize(write(value))).toEqual({ width: 16, height: 16 });
    expect(h265ParameterSetSize(write({ ...value, window: [4, 4, 0, 0] }))).toBeUndefined();
    expect(h265ParameterSetSize(write({ ...value, height: 0 }))).toBeUndefined();
    expect(h265ParameterSetSize(write(value).subarray(0, 15))).toBeUndefined();
    expect(h265ParameterSetSize(new Uint8Array(0))).toBeUndefined();
  });
});
