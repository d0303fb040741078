import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { readPayloads } from '../rtp/testing/fixtures.ts';
import { h265FrameSize, h265NalUnits, isH265Keyframe } from './h265.ts';
import { summarize } from './testing/fixture-expectations.ts';

describe('h265NalUnits', () => {
  it('tells the units that begin in a packet', () => {
    expect(h265NalUnits(bytes('26 01 af'))).toEqual([{ type: 19, body: bytes('af') }]);
    expect(h265NalUnits(bytes('60 01 00 03 40 01 0c 00 03 42 01 01'))).toEqual([
      { type: 32, body: bytes('0c') },
      { type: 33, body: bytes('01') },
    ]);
    expect(h265NalUnits(bytes('62 01 93 af'))).toEqual([{ type: 19, body: bytes('af') }]);
  });

  it.each([
    ['a later fragment', '62 01 13 af'],
    ['a fragment without a header', '62 01'],
    ['a PACI packet', '64 01 00 00'],
    ['half a header', '26'],
    ['nothing', ''],
  ])('tells none of %s', (_, hex) => {
    expect(h265NalUnits(bytes(hex))).toEqual([]);
  });
});

describe('H.265 keyframes', () => {
  it.each([
    ['a video parameter set', '40 01 0c', true],
    ['a sequence parameter set', '42 01 01', true],
    ['parameter sets in an aggregate', '60 01 00 03 46 01 10 00 03 42 01 01', true],
    ['the first slice of an IDR picture', '26 01 af', true],
    ['the first slice of a clean random access picture', '2a 01 af', true],
    ['the first slice of a broken link access picture', '20 01 af', true],
    ['the first fragment of the first slice', '62 01 93 af', true],
    ['a later slice of an IDR picture', '26 01 2f', false],
    ['a later fragment', '62 01 13 af', false],
    ['a picture parameter set', '44 01 c1', false],
    ['a trailing picture', '02 01 d0', false],
    ['the reserved type 24', '30 01 af', false],
    ['a header alone', '42 01', false],
    ['nothing', '', false],
  ])('%s', (_, hex, expected) => {
    expect(isH265Keyframe(bytes(hex))).toBe(expected);
  });

  it('are found where parameter sets have packets of their own, or are not sent again', () => {
    expect(summarize('gstreamer-h265-single.rtp', 'H265')).toEqual({
      keyframes: [0, 6],
      startingFrames: [0, 6],
      sizes: ['0: 98x66'],
    });
  });

  it('are found where parameter sets stand in an aggregate', () => {
    expect(summarize('gstreamer-h265-ap.rtp', 'H265')).toEqual({
      keyframes: [0, 6],
      startingFrames: [0, 6],
      sizes: ['0: 98x66'],
    });
  });

  it('are found by their slices alone', () => {
    const slices = readPayloads('gstreamer-h265-single.rtp').filter(({ payload }) => {
      return h265NalUnits(payload).every(({ type }) => type < 32);
    });
    const keyframes = slices.filter(({ payload }) => isH265Keyframe(payload)).map(({ frame }) => frame);
    expect(keyframes).toEqual([0, 6]);
  });

  it('never throw', () => {
    const payloads = fc
      .tuple(fc.constantFrom(0x42, 0x60, 0x62, 0x26), fc.uint8Array({ maxLength: 80 }))
      .map(([type, random]) => Uint8Array.of(type, 1, ...random));
    fc.assert(
      fc.property(fc.oneof(payloads, fc.uint8Array({ maxLength: 60 })), (payload) => {
        isH265Keyframe(payload);
        h265FrameSize(payload);
      }),
      { numRuns: 1000 },
    );
  });
});
