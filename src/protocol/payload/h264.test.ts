import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { readPayloads } from '../rtp/testing/fixtures.ts';
import { h264FrameSize, h264NalUnits, isH264Keyframe } from './h264.ts';
import { summarize } from './testing/fixture-expectations.ts';

/** Constrained baseline, 98x66: x264 by way of GStreamer. */
const PARAMETER_SET = '67 42 c0 0a d9 07 2f 88 88 c0 5a 83 03 03 20 00 00 03 00 20 00 00 03 03 d1 e2 45 52 40';

describe('h264NalUnits', () => {
  it('tells the units that begin in a packet', () => {
    expect(h264NalUnits(bytes('65 88 84'))).toEqual([{ type: 5, body: bytes('88 84') }]);
    expect(h264NalUnits(bytes('78 00 02 67 42 00 01 68'))).toEqual([
      { type: 7, body: bytes('42') },
      { type: 8, body: bytes('') },
    ]);
    expect(h264NalUnits(bytes('7c 85 88'))).toEqual([{ type: 5, body: bytes('88') }]);
  });

  it.each([
    ['a later fragment', '7c 05 88'],
    ['the last fragment', '7c 45 88'],
    ['a fragment without a header', '7c'],
    ['an aggregate of the interleaved mode', '79 00 00 00 02 67 42'],
    ['the reserved type 0', '00 00'],
    ['nothing', ''],
  ])('tells none of %s', (_, hex) => {
    expect(h264NalUnits(bytes(hex))).toEqual([]);
  });
});

describe('H.264 keyframes', () => {
  it.each([
    ['a sequence parameter set', '67 42 c0 0a', true],
    ['a sequence parameter set behind a delimiter in a STAP-A', '78 00 02 09 10 00 04 67 42 c0 0a', true],
    ['the first slice of an IDR picture', '65 88 84', true],
    ['the first fragment of the first slice of an IDR picture', '7c 85 88', true],
    ['a later slice of an IDR picture', '65 1e 22', false],
    ['the first fragment of a later slice', '7c 85 1e', false],
    ['a later fragment', '7c 05 88', false],
    ['a picture parameter set', '68 cb 8c', false],
    ['a slice of another picture', '41 9a 38', false],
    ['a slice of another picture in a STAP-A', '58 00 02 09 30 00 03 41 9a 38', false],
    ['a delimiter', '09 10', false],
    ['supplemental information', '06 05 ff', false],
    ['a header alone', '67', false],
    ['an IDR header alone', '65', false],
    ['nothing', '', false],
  ])('%s', (_, hex, expected) => {
    expect(isH264Keyframe(bytes(hex))).toBe(expected);
  });

  it('tell their size where the parameter set is', () => {
    expect(h264FrameSize(bytes(PARAMETER_SET))).toEqual({ width: 98, height: 66 });
    expect(h264FrameSize(bytes(`78 00 02 09 10 00 1d ${PARAMETER_SET}`))).toEqual({ width: 98, height: 66 });
    expect(h264FrameSize(bytes('65 88 84'))).toBeUndefined();
    expect(h264FrameSize(bytes(PARAMETER_SET.slice(0, 20)))).toBeUndefined();
  });

  it('are found where parameter sets have packets of their own, behind a delimiter', () => {
    expect(summarize('gstreamer-h264-single.rtp', 'H264')).toEqual({
      keyframes: [0, 6],
      startingFrames: [],
      sizes: ['0: 98x66', '6: 98x66'],
    });
  });

  it('are found where parameter sets stand in a STAP-A', () => {
    expect(summarize('gstreamer-h264-stap-a.rtp', 'H264')).toEqual({
      keyframes: [0, 6],
      startingFrames: [0, 6],
      sizes: ['0: 98x66', '6: 98x66'],
    });
    expect(summarize('chromium-h264.rtp', 'H264')).toEqual({
      keyframes: [0],
      startingFrames: [0],
      sizes: ['0: 320x180'],
    });
  });

  it('are found at their first slice alone where parameter sets come out of band', () => {
    const packets = readPayloads('gstreamer-h264-slices.rtp');
    const slices = packets.filter(({ payload }) => h264NalUnits(payload).every(({ type }) => type === 1 || type === 5));
    const keyframes = slices.filter(({ payload }) => isH264Keyframe(payload)).map(({ frame }) => frame);
    expect(keyframes).toEqual([0, 6]);
  });

  it('never throw', () => {
    const payloads = fc
      .tuple(fc.constantFrom(0x67, 0x78, 0x7c, 0x65), fc.uint8Array({ maxLength: 60 }))
      .map(([type, random]) => Uint8Array.of(type, ...random));
    fc.assert(
      fc.property(fc.oneof(payloads, fc.uint8Array({ maxLength: 60 })), (payload) => {
        isH264Keyframe(payload);
        h264FrameSize(payload);
      }),
      { numRuns: 1000 },
    );
  });
});
