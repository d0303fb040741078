import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { summarize } from './testing/fixture-expectations.ts';
import { isVp8Keyframe, parseVp8Descriptor, shiftVp8PictureIndex, vp8FrameSize } from './vp8.ts';

/** Frame tag, start code, 320 pixels with scale 1, 180 pixels with scale 2. */
const KEYFRAME = '10 02 00 9d 01 2a 40 41 b4 80';

describe('parseVp8Descriptor', () => {
  it('reads the one byte that is always there', () => {
    expect(parseVp8Descriptor(bytes('10'))).toEqual({
      nonReference: false,
      startOfPartition: true,
      partitionIndex: 0,
      pictureId: undefined,
      pictureIdBits: undefined,
      tl0PictureIndex: undefined,
      temporalLayer: undefined,
      layerSync: false,
      keyIndex: undefined,
      length: 1,
    });
    expect(parseVp8Descriptor(bytes('27'))).toMatchObject({
      nonReference: true,
      startOfPartition: false,
      partitionIndex: 7,
    });
  });

  it('reads all extensions', () => {
    expect(parseVp8Descriptor(bytes('90 f0 92 34 56 b1 ff'))).toMatchObject({
      pictureId: 0x1234,
      pictureIdBits: 15,
      tl0PictureIndex: 0x56,
      temporalLayer: 2,
      layerSync: true,
      keyIndex: 17,
      length: 6,
    });
  });

  it('reads each extension alone', () => {
    expect(parseVp8Descriptor(bytes('90 80 7f'))).toMatchObject({ pictureId: 0x7f, pictureIdBits: 7, length: 3 });
    expect(parseVp8Descriptor(bytes('90 40 56'))).toMatchObject({ tl0PictureIndex: 0x56, length: 3 });
    const temporal = parseVp8Descriptor(bytes('90 20 d1'));
    expect(temporal).toMatchObject({ temporalLayer: 3, layerSync: false, keyIndex: undefined, length: 3 });
    const key = parseVp8Descriptor(bytes('90 10 f1'));
    expect(key).toMatchObject({ temporalLayer: undefined, layerSync: false, keyIndex: 17, length: 3 });
    expect(parseVp8Descriptor(bytes('90 00'))).toMatchObject({ length: 2 });
  });

  it.each(['', '90', '90 80', '90 80 80', '90 40', '90 20', '90 f0 92 34 56'])('refuses a short one: "%s"', (hex) => {
    expect(parseVp8Descriptor(bytes(hex))).toBeUndefined();
  });
});

describe('VP8 keyframes', () => {
  it('begin at the first packet of partition 0', () => {
    expect(isVp8Keyframe(bytes(`10 ${KEYFRAME}`))).toBe(true);
    expect(isVp8Keyframe(bytes(`90 80 81 23 ${KEYFRAME}`))).toBe(true);
    expect(isVp8Keyframe(bytes(`00 ${KEYFRAME}`))).toBe(false);
    expect(isVp8Keyframe(bytes(`11 ${KEYFRAME}`))).toBe(false);
    expect(isVp8Keyframe(bytes('10 11 02 00'))).toBe(false);
    expect(isVp8Keyframe(bytes('10'))).toBe(false);
    expect(isVp8Keyframe(bytes(''))).toBe(false);
  });

  it('tell their size, whatever the scaling', () => {
    expect(vp8FrameSize(bytes(`10 ${KEYFRAME}`))).toEqual({ width: 320, height: 180 });
    expect(vp8FrameSize(bytes(`10 ${KEYFRAME.slice(0, -3)}`))).toBeUndefined();
    expect(vp8FrameSize(bytes('10 10 02 00 9d 01 2b 40 41 b4 80'))).toBeUndefined();
    expect(vp8FrameSize(bytes('10 11 02 00 9d 01 2a 40 41 b4 80'))).toBeUndefined();
    expect(vp8FrameSize(bytes('10 10 02 00 9d 01 2a 00 40 b4 80'))).toBeUndefined();
  });

  it('are found in what encoders send', () => {
    expect(summarize('gstreamer-vp8.rtp', 'VP8')).toEqual({
      keyframes: [0, 6],
      startingFrames: [0, 6],
      sizes: ['0: 98x66', '6: 98x66'],
    });
    expect(summarize('chromium-vp8.rtp', 'VP8')).toEqual({
      keyframes: [0],
      startingFrames: [0],
      sizes: ['0: 320x180'],
    });
    expect(summarize('chromium-vp8-simulcast.rtp', 'VP8')).toEqual({
      keyframes: [0],
      startingFrames: [0],
      sizes: ['0: 160x90'],
    });
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (payload) => {
        const descriptor = parseVp8Descriptor(payload);
        if (descriptor) expect(descriptor.length).toBeLessThanOrEqual(payload.length);
        if (vp8FrameSize(payload)) expect(isVp8Keyframe(payload)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('shiftVp8PictureIndex', () => {
  const shift = (bytes: number[], pictureId: number, tl0: number): number[] => {
    const payload = Uint8Array.from(bytes);
    shiftVp8PictureIndex(payload, pictureId, tl0);
    return [...payload];
  };

  it('adds modulo the width of each field', () => {
    expect(shift([0x90, 0xe0, 0xff, 0xfe, 0xff, 0x20, 9], 3, 2)).toEqual([0x90, 0xe0, 0x80, 0x01, 0x01, 0x20, 9]);
    expect(shift([0x90, 0xc0, 0x7f, 0x10, 9], 2, 1)).toEqual([0x90, 0xc0, 0x01, 0x11, 9]);
    expect(shift([0x90, 0x80, 0x92, 0x34, 9], 1, 1)).toEqual([0x90, 0x80, 0x92, 0x35, 9]);
  });

  it('leaves what has no numbers, or is cut short, as it is', () => {
    for (const bytes of [[], [0x10, 9], [0x90, 0x40, 7, 9], [0x90, 0xc0, 0xff], [0x90, 0x80, 0xff]]) {
      expect(shift(bytes, 5, 5)).toEqual(bytes);
    }
  });
});
