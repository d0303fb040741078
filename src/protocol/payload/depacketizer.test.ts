import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPayloads } from '../rtp/testing/fixtures.ts';
import type { CodecName } from '../sdp/types.ts';
import { createDepacketizer } from './create-depacketizer.ts';
import type { Depacketizer, DepacketizerResult } from './depacketizer.ts';
import { MAXIMUM_FRAME_BYTES } from './frame-bytes.ts';
import { packetize } from './testing/packetize.ts';

const VIDEO = ['VP8', 'VP9', 'H264', 'H265', 'AV1'] as const;

function create(codec: CodecName): Depacketizer {
  return createDepacketizer({ name: codec, parameters: {} });
}

function put(depacketizer: Depacketizer, payloads: readonly Uint8Array[]): DepacketizerResult {
  for (const payload of payloads) depacketizer.add(payload);
  return depacketizer.finish();
}

/** What a file of packets comes to: 'K' and 'size' of a keyframe, or '-', with the bytes of the frame; or its state. */
function summarizeFrames(file: string, codec: CodecName): string[] {
  const depacketizer = create(codec);
  const packets = readPayloads(file);
  const frames = [...new Set(packets.map(({ frame }) => frame))];
  return frames.map((index) => {
    const payloads = packets.filter(({ frame }) => frame === index).map(({ payload }) => payload);
    const result = put(depacketizer, payloads);
    if (result.state !== 'frame') return result.state;
    const { keyframe, size, data } = result;
    return `${keyframe ? 'K' : '-'}${data.length}${size === undefined ? '' : ` ${size.width}x${size.height}`}`;
  });
}

describe('what encoders send comes out as whole frames', () => {
  // ffmpeg decodes all frames of each of these streams without a complaint.
  it.each([
    ['chromium-vp8', 'VP8', ['K228 320x180', '-94', '-88', '-90', '-90', '-109', '-108', '-112']],
    ['gstreamer-vp8', 'VP8', ['K1533 98x66', '-218', '-178', '-170', '-159', '-153', 'K1161 98x66', '-243']],
    ['gstreamer-vp9', 'VP9', ['K1038 98x66', '-420', '-234', '-201', '-179', '-176', 'K1014 98x66', '-166']],
    ['chromium-vp9-svc', 'VP9', ['K180 320x180', '-29', 'K579 640x360', '-90', '-293']],
    ['chromium-h264', 'H264', ['K335 320x180', '-38', '-59', '-44', '-80', '-43']],
    ['gstreamer-h264-single', 'H264', ['K1826 98x66', '-392', '-327', '-313', '-307', '-310', 'K797 98x66', '-240']],
    ['gstreamer-h264-stap-a', 'H264', ['K1643 98x66', '-397', '-328', '-337', '-323', '-342', 'K752 98x66', '-246']],
    ['gstreamer-h264-slices', 'H264', ['K1902 98x66', '-412', '-345', '-332', '-302', '-306', 'K789 98x66', '-243']],
    ['gstreamer-h265-ap', 'H265', ['K892 98x66', '-509', '-473', '-471', '-434', '-421', 'K981 98x66', '-394']],
    ['gstreamer-h265-single', 'H265', ['K892 98x66', '-509', '-473', '-471', '-434', '-421', 'K981 98x66', '-394']],
    ['chromium-av1', 'AV1', ['K177 320x180', '-71', '-101', '-53', '-60', '-62']],
    ['chromium-av1-svc', 'AV1', ['K312 640x360', '-208', '-250']],
  ] as const)('%s', (file, codec, expected) => {
    expect(summarizeFrames(`${file}.rtp`, codec)).toEqual(expected);
  });
});

describe.each(VIDEO)('%s', (codec) => {
  const frame = fc.record({
    keyframe: fc.boolean(),
    body: fc.uint8Array({ minLength: 1, maxLength: 400 }),
    limit: fc.integer({ min: 12, max: 200 }),
  });

  it('comes out of packets as it went in', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), (frames) => {
        const depacketizer = create(codec);
        // A keyframe first, so that parameter sets are known.
        for (const { keyframe, body, limit } of [{ body: Uint8Array.of(1), limit: 100, keyframe: true }, ...frames]) {
          const { payloads, data } = packetize(codec, keyframe, body, limit);
          const result = put(depacketizer, payloads);
          expect(result).toMatchObject({ state: 'frame', keyframe });
          if (result.state === 'frame') expect(Buffer.compare(result.data, data)).toBe(0);
          if (result.state === 'frame') expect(result.size !== undefined).toBe(keyframe);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is broken without its first or its last fragment', () => {
    const depacketizer = create(codec);
    const body = new Uint8Array(300).fill(7);
    put(depacketizer, packetize(codec, true, body, 100).payloads);
    const { payloads } = packetize(codec, false, body, 100);
    expect(payloads.length).toBeGreaterThan(2);
    expect(put(depacketizer, payloads.slice(1))).toEqual({ state: 'broken' });
    if (codec !== 'VP8') expect(put(depacketizer, payloads.slice(0, -1))).toEqual({ state: 'broken' });
    expect(put(depacketizer, payloads)).toMatchObject({ state: 'frame' });
  });

  it('leaves nothing of a frame behind that was thrown away', () => {
    const depacketizer = create(codec);
    const { payloads, data } = packetize(codec, true, new Uint8Array(300).fill(7), 100);
    for (const payload of payloads.slice(0, -1)) depacketizer.add(payload);
    depacketizer.reset();
    expect(depacketizer.finish()).toEqual({ state: 'nothing' });
    expect(put(depacketizer, payloads)).toMatchObject({ state: 'frame', data });
  });

  it('is no frame where only padding came', () => {
    expect(put(create(codec), [new Uint8Array(0), new Uint8Array(0)])).toEqual({ state: 'nothing' });
  });

  it('is broken where it grows beyond every bound', () => {
    const depacketizer = create(codec);
    const { payloads } = packetize(codec, true, new Uint8Array(MAXIMUM_FRAME_BYTES), 60_000);
    expect(put(depacketizer, payloads)).toEqual({ state: 'broken' });
    const { payloads: small } = packetize(codec, true, new Uint8Array(10), 100);
    expect(put(depacketizer, small)).toMatchObject({ state: 'frame', keyframe: true });
  });

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (payloads) => {
        const result = put(create(codec), payloads);
        expect(['frame', 'nothing', 'broken']).toContain(result.state);
      }),
      { numRuns: 1000 },
    );
  });
});
