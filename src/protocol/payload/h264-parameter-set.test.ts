import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { h264ParameterSetSize } from './h264-parameter-set.ts';
import { BitWriter, escapeNalUnit } from './testing/bit-writer.ts';

interface Fields {
  profile: number;
  chromaFormat: number;
  separatePlanes: boolean;
  scalingLists: number[][];
  orderCountType: number;
  orderCountOffsets: number[];
  widthInMacroblocks: number;
  heightInMapUnits: number;
  progressive: boolean;
  crop: [number, number, number, number] | undefined;
}

const HIGH_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

const fields: fc.Arbitrary<Fields> = fc.record({
  profile: fc.constantFrom(66, 77, 88, ...HIGH_PROFILES),
  chromaFormat: fc.nat(3),
  separatePlanes: fc.boolean(),
  scalingLists: fc.array(fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 64, maxLength: 64 }), {
    maxLength: 12,
  }),
  orderCountType: fc.nat(2),
  orderCountOffsets: fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 255 }),
  widthInMacroblocks: fc.integer({ min: 2, max: 512 }),
  heightInMapUnits: fc.integer({ min: 2, max: 512 }),
  progressive: fc.boolean(),
  crop: fc.option(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(1), fc.nat(1)), { nil: undefined }),
});

function write(value: Fields): Uint8Array {
  const writer = new BitWriter().bits(8, value.profile).bits(16, 0xc01e).unsignedExpGolomb(0);
  if (HIGH_PROFILES.includes(value.profile)) writeChroma(writer, value);
  writer.unsignedExpGolomb(4).unsignedExpGolomb(value.orderCountType);
  if (value.orderCountType === 0) writer.unsignedExpGolomb(2);
  if (value.orderCountType === 1) {
    writer.flag(false).signedExpGolomb(-5).signedExpGolomb(7).unsignedExpGolomb(value.orderCountOffsets.length);
    for (const offset of value.orderCountOffsets) writer.signedExpGolomb(offset);
  }
  writer.unsignedExpGolomb(1).flag(false);
  writer.unsignedExpGolomb(value.widthInMacroblocks - 1).unsignedExpGolomb(value.heightInMapUnits - 1);
  writer.flag(value.progressive);
  if (!value.progressive) writer.flag(true);
  writer.flag(true).flag(value.crop !== undefined);
  for (const offset of value.crop ?? []) writer.unsignedExpGolomb(offset);
  return escapeNalUnit(writer.flag(false).finish());
}

function writeChroma(writer: BitWriter, value: Fields): void {
  writer.unsignedExpGolomb(value.chromaFormat);
  if (value.chromaFormat === 3) writer.flag(value.separatePlanes);
  writer
    .unsignedExpGolomb(0)
    .unsignedExpGolomb(0)
    .flag(false)
    .flag(value.scalingLists.length > 0);
  const lists = value.scalingLists.length === 0 ? 0 : value.chromaFormat === 3 ? 12 : 8;
  for (let list = 0; list < lists; list += 1) {
    const deltas = value.scalingLists[list];
    writer.flag(deltas !== undefined);
    let scale = 8;
    for (const delta of deltas?.slice(0, list < 6 ? 16 : 64) ?? []) {
      writer.signedExpGolomb(delta);
      scale = (scale + delta + 256) % 256;
      if (scale === 0) break;
    }
  }
}

function expectedSize(value: Fields): { width: number; height: number } {
  const [left, right, top, bottom] = value.crop ?? [0, 0, 0, 0];
  const format = HIGH_PROFILES.includes(value.profile) ? value.chromaFormat : 1;
  const planes = format === 3 && value.separatePlanes ? 0 : format;
  const fields = value.progressive ? 1 : 2;
  const [unitX, unitY] = [
    [1, 1],
    [2, 2],
    [2, 1],
    [1, 1],
  ][planes] ?? [0, 0];
  return {
    width: 16 * value.widthInMacroblocks - (unitX ?? 0) * (left + right),
    height: 16 * value.heightInMapUnits * fields - (unitY ?? 0) * fields * (top + bottom),
  };
}

describe('h264ParameterSetSize', () => {
  it.each([
    ['4:4:4', 'f4 00 0d 91 9b 28 e5 f1 f1 f8 0b 50 60 60 64 00 00 03 00 04 00 00 03 00 7a 3c 50 a6 58', 98, 66],
    ['4:2:2', '7a 00 0d bc d9 47 2f 88 8f c0 5a 83 03 03 20 00 00 03 00 20 00 00 03 03 d1 e2 85 32 c0', 98, 66],
    ['10 bit', '6e 00 0d a6 cd 94 72 f8 88 8c 05 a8 30 30 35 28 00 00 03 00 08 00 00 03 00 f4 78 a1 4c b0', 98, 66],
    ['interlaced', '64 00 15 ac d9 47 6f 3c f8 0b 50 60 60 6a 50 00 00 03 00 10 00 00 03 01 e9 f1 42 99 60', 100, 72],
  ])('reads what x264 writes: %s', (_, hex, width, height) => {
    expect(h264ParameterSetSize(bytes(hex))).toEqual({ width, height });
  });

  it('reads every kind of parameter set', () => {
    fc.assert(
      fc.property(fields, (value) => {
        expect(h264ParameterSetSize(write(value))).toEqual(expectedSize(value));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses one that is cut short, crops everything away or has too long a cycle', () => {
    const value: Fields = {
      profile: 66,
      chromaFormat: 1,
      separatePlanes: false,
      scalingLists: [],
      orderCountType: 0,
      orderCountOffsets: [],
      widthInMacroblocks: 2,
      heightInMapUnits: 2,
      progressive: true,
      crop: undefined,
    };
    expect(h264ParameterSetSize(write(value))).toEqual({ width: 32, height: 32 });
    expect(h264ParameterSetSize(write({ ...value, crop: [16, 0, 0, 0] }))).toBeUndefined();
    expect(h264ParameterSetSize(write({ ...value, crop: [0, 0, 8, 9] }))).toBeUndefined();
    expect(h264ParameterSetSize(write(value).subarray(0, 5))).toBeUndefined();
    const cycle = { ...value, orderCountType: 1, orderCountOffsets: new Array<number>(256).fill(0) };
    expect(h264ParameterSetSize(write(cycle))).toBeUndefined();
  });
});
