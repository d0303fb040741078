import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { readPayloads } from '../rtp/testing/fixtures.ts';
import { BitWriter } from './testing/bit-writer.ts';
import { Vp9Depacketizer } from './vp9-depacketizer.ts';
import { readVp9FrameHeader } from './vp9-frame-header.ts';
import { Vp9HiddenLayers } from './vp9-hidden-layers.ts';
import { splitVp9Superframe } from './vp9-superframe.ts';

interface Fields {
  keyframe: boolean;
  shown: boolean;
  resilient: boolean;
  intraOnly: boolean;
  refreshed: number;
  /** Slot that the size comes from, as the how manieth reference; undefined for a size of its own. */
  sameSizeAs: number | undefined;
  slots: [number, number, number];
  width: number;
  renderSize: boolean;
  filter: number | undefined;
  /** Deltas of the loop filter that change. */
  loopFilter: boolean[] | undefined;
  quantizers: [boolean, boolean, boolean];
  segmentMap: { nodes: boolean[]; times: boolean[] | undefined } | undefined;
  segmentData: boolean[] | undefined;
  columns: number;
  rows: number;
}

const flags = (length: number): fc.Arbitrary<boolean[]> =>
  fc.array(fc.boolean(), { minLength: length, maxLength: length });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const fields: fc.Arbitrary<Fields> = fc.record({
  keyframe: fc.boolean(),
  shown: fc.boolean(),
  resilient: fc.boolean(),
  intraOnly: fc.boolean(),
  refreshed: fc.nat(255),
  sameSizeAs: maybe(fc.nat(2)),
  slots: fc.tuple(fc.nat(7), fc.nat(7), fc.nat(7)),
  width: fc.integer({ min: 1, max: 8192 }),
  renderSize: fc.boolean(),
  filter: maybe(fc.nat(3)),
  loopFilter: maybe(flags(6)),
  quantizers: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
  segmentMap: maybe(fc.record({ nodes: flags(7), times: maybe(flags(3)) })),
  segmentData: maybe(flags(32)),
  columns: fc.nat(6),
  rows: fc.nat(2),
});

/** Fields that may be left out, each behind a flag. */
function optional(writer: BitWriter, present: readonly boolean[], bits: (index: number) => number): void {
  present.forEach((isPresent, index) => {
    writer.flag(isPresent);
    if (isPresent) writer.bits(bits(index), 0);
  });
}

/** A header with these fields as the specification has them (6.2), without the bits that fill its last byte. */
function writeHeader(value: Fields): { writer: BitWriter; bits: number } {
  let bits = 0;
  const writer = new (class extends BitWriter {
    override bits(count: number, number: number): this {
      bits += count;
      return super.bits(count, number);
    }
  })();
  const intraOnly = !value.keyframe && !value.shown && value.intraOnly;
  writer.bits(2, 2).bits(3, 0).flag(!value.keyframe).flag(value.shown).flag(value.resilient);
  if (value.keyframe) writer.bits(24, 0x498342).bits(3, 1).bits(1, 0);
  else {
    if (!value.shown) writer.flag(intraOnly);
    if (!value.resilient) writer.bits(2, 1);
    if (intraOnly) writer.bits(24, 0x498342);
    writer.bits(8, value.refreshed);
  }
  const ownSize = value.keyframe || intraOnly || value.sameSizeAs === undefined;
  if (!value.keyframe && !intraOnly) {
    for (const slot of value.slots) writer.bits(3, slot).bits(1, 1);
    for (let index = 0; index < (value.sameSizeAs ?? 3); index++) writer.flag(false);
    if (value.sameSizeAs !== undefined) writer.flag(true);
  }
  if (ownSize) writer.bits(16, value.width - 1).bits(16, 179);
  writer.flag(value.renderSize);
  if (value.renderSize) writer.bits(32, 0xffffffff);
  if (!value.keyframe && !intraOnly) {
    writer.flag(true).flag(value.filter === undefined);
    if (value.filter !== undefined) writer.bits(2, value.filter);
  }
  if (!value.resilient) writer.bits(2, 3);
  writer.bits(2, 1);
  writer.bits(9, 77).flag(value.loopFilter !== undefined);
  if (value.loopFilter !== undefined) {
    writer.flag(true);
    optional(writer, value.loopFilter, () => 7);
  }
  writer.bits(8, 200);
  optional(writer, value.quantizers, () => 5);
  writeSegmentation(writer, value);
  const blocks = Math.ceil(value.width / 64);
  const minimum = Math.ceil(Math.log2(Math.max(1, blocks / 64)));
  const maximum = Math.max(minimum, Math.floor(Math.log2(Math.max(1, blocks / 4))));
  const increments = Math.min(value.columns, maximum - minimum);
  for (let index = 0; index < increments; index++) writer.flag(true);
  if (increments < maximum - minimum) writer.flag(false);
  writer.flag(value.rows > 0);
  if (value.rows > 0) writer.flag(value.rows > 1);
  writer.bits(16, 3);
  return { writer, bits };
}

function writeSegmentation(writer: BitWriter, { segmentMap, segmentData }: Fields): void {
  writer.flag(segmentMap !== undefined || segmentData !== undefined);
  if (segmentMap === undefined && segmentData === undefined) return;
  writer.flag(segmentMap !== undefined);
  if (segmentMap !== undefined) {
    optional(writer, segmentMap.nodes, () => 8);
    writer.flag(segmentMap.times !== undefined);
    if (segmentMap.times !== undefined) optional(writer, segmentMap.times, () => 8);
  }
  writer.flag(segmentData !== undefined);
  if (segmentData === undefined) return;
  writer.flag(true);
  optional(writer, segmentData, (index) => [9, 7, 2, 0][index % 4] ?? 0);
}

/** A frame with this header and a compressed header of three bytes behind it. */
function writeFrame(value: Fields): { frame: Uint8Array; bits: number } {
  const { writer, bits } = writeHeader(value);
  writer.bits((8 - (bits % 8)) % 8, 0);
  // finish() adds a byte.
  return { frame: Uint8Array.of(...writer.finish().subarray(0, Math.ceil(bits / 8)), 0xaa, 0xbb, 0xcc), bits };
}

describe('the header of a VP9 frame', () => {
  const widths = [100, 200, 300, 400, 500, 600, 700, 800];
  /** The fields with the width that they come to. */
  const resolve = (value: Fields): Fields => {
    const intraOnly = !value.keyframe && !value.shown && value.intraOnly;
    const slot = value.sameSizeAs === undefined ? undefined : value.slots[value.sameSizeAs];
    return value.keyframe || intraOnly || slot === undefined ? value : { ...value, width: widths[slot] ?? 0 };
  };

  it('is read to its end, whatever it holds', () => {
    fc.assert(
      fc.property(fields.map(resolve), (value) => {
        const { frame, bits } = writeFrame(value);
        expect(readVp9FrameHeader(frame, widths)).toEqual({
          isKeyframe: value.keyframe,
          isShown: value.shown,
          isErrorResilient: value.resilient,
          refreshedSlots: value.keyframe ? 0xff : value.refreshed,
          width: value.width,
          bits,
        });
        expect(readVp9FrameHeader(frame.subarray(0, -1), widths)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('hides a frame that is not the last one, and changes nothing else', () => {
    fc.assert(
      fc.property(fields.map(resolve), (value) => {
        const keyframe = { ...value, keyframe: true, shown: true };
        const layers = new Vp9HiddenLayers();
        layers.hide([writeFrame({ ...keyframe, width: 640 }).frame]);
        const lower = { ...value, sameSizeAs: 0, width: 640, intraOnly: false };
        const { frame } = writeFrame(value.keyframe ? value : lower);
        const last = writeFrame({ ...lower, keyframe: false, shown: true }).frame;
        const isHidden = value.shown && value.resilient;
        const expected = isHidden ? writeFrame({ ...(value.keyframe ? value : lower), shown: false }).frame : frame;
        const [result, ...others] = layers.hide([frame, last]);
        expect(result).toEqual(expected);
        expect(others).toEqual([last]);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['', '82', '8a', 'a2 49 83 42', '82 49 83 43 00 06 10 04 18 38', '42 49 83 42'])('is none: "%s"', (hex) => {
    expect(readVp9FrameHeader(bytes(hex), [])).toBeUndefined();
    expect(new Vp9HiddenLayers().hide([bytes(hex), bytes('86')])).toEqual([bytes(hex), bytes('86')]);
  });
});

it('Chromium has all its layers shown; in the recording the highest one is (libvpx decodes the same pictures)', () => {
  const depacketizer = new Vp9Depacketizer();
  const shown: string[] = [];
  const packets = readPayloads('chromium-vp9-svc.rtp');
  for (let picture = 0; picture < 5; picture++) {
    for (const { frame, payload } of packets) if (frame === picture) depacketizer.add(payload);
    const result = depacketizer.finish();
    if (result.state !== 'frame') throw new Error('a picture is broken');
    const frames = splitVp9Superframe(result.data);
    shown.push(frames.map((frame) => ((frame[0] ?? 0) & 0x02 ? 'shown' : 'hidden')).join(' '));
  }
  expect(shown).toEqual(['shown', 'shown', 'hidden shown', 'hidden shown', 'hidden shown']);
});
