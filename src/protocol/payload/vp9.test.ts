import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import { readPayloads } from '../rtp/testing/fixtures.ts';
import { summarize } from './testing/fixture-expectations.ts';
import { isVp9Keyframe, parseVp9Descriptor, vp9FrameSize } from './vp9.ts';

describe('parseVp9Descriptor', () => {
  it('reads the one byte that is always there', () => {
    expect(parseVp9Descriptor(bytes('0d'))).toEqual({
      pictureId: undefined,
      pictureIdBits: undefined,
      interPicturePredicted: false,
      flexible: false,
      startOfFrame: true,
      endOfFrame: true,
      notUpperLayerReference: true,
      temporalLayer: undefined,
      spatialLayer: undefined,
      switchingUpPoint: false,
      interLayerPredicted: false,
      tl0PictureIndex: undefined,
      pictureDifferences: [],
      scalability: undefined,
      length: 1,
    });
  });

  it('reads layers of the non-flexible mode', () => {
    expect(parseVp9Descriptor(bytes('e8 92 34 55 aa'))).toMatchObject({
      pictureId: 0x1234,
      pictureIdBits: 15,
      interPicturePredicted: true,
      temporalLayer: 2,
      switchingUpPoint: true,
      spatialLayer: 2,
      interLayerPredicted: true,
      tl0PictureIndex: 0xaa,
      length: 5,
    });
  });

  it('reads references of the flexible mode', () => {
    expect(parseVp9Descriptor(bytes('f8 12 20 03 05 06'))).toMatchObject({
      pictureId: 0x12,
      pictureIdBits: 7,
      flexible: true,
      temporalLayer: 1,
      spatialLayer: 0,
      tl0PictureIndex: undefined,
      pictureDifferences: [1, 2, 3],
      length: 6,
    });
  });

  it('reads a scalability structure with sizes and a group of pictures', () => {
    const payload = bytes('0a 38 01 40 00 b4 02 80 01 68 02 28 01 02 04 03 ff');
    expect(parseVp9Descriptor(payload)).toMatchObject({
      scalability: {
        spatialLayers: 2,
        sizes: [
          { width: 320, height: 180 },
          { width: 640, height: 360 },
        ],
      },
      length: 16,
    });
    expect(parseVp9Descriptor(bytes('0a 40 ff'))?.scalability).toEqual({ spatialLayers: 3, sizes: [] });
  });

  it.each([
    ['nothing', ''],
    ['a picture id cut short', '80 92'],
    ['no layer indices', '20'],
    ['no base layer index', '20 00'],
    ['no reference', '50'],
    ['more than three references', '50 03 03 03 02'],
    ['sizes cut short', '02 10 01 40 00'],
    ['a group of pictures cut short', '02 08 02 04 01'],
  ])('refuses %s', (_, hex) => {
    expect(parseVp9Descriptor(bytes(hex))).toBeUndefined();
  });
});

describe('VP9 keyframes', () => {
  it('begin at the lowest spatial layer of a picture that depends on no other', () => {
    expect(isVp9Keyframe(bytes('08 82'))).toBe(true);
    expect(isVp9Keyframe(bytes('28 00 00 82'))).toBe(true);
    expect(isVp9Keyframe(bytes('28 02 00 82'))).toBe(false);
    expect(isVp9Keyframe(bytes('48 82'))).toBe(false);
    expect(isVp9Keyframe(bytes('04 82'))).toBe(false);
    expect(isVp9Keyframe(bytes('08'))).toBe(false);
    expect(isVp9Keyframe(bytes(''))).toBe(false);
  });

  it.each([
    ['profile 0', '82 49 83 42 00 06 10 04 18 38', 98, 66],
    ['profile 1, 4:4:4', 'a2 49 83 42 20 00 c2 00 82 c1 07 04', 98, 66],
    ['profile 1, RGB', 'a2 49 83 42 e0 06 10 04 16 08 38 24', 98, 66],
    ['profile 2, 10 bit', '92 49 83 42 10 03 08 02 0b 04 1c 12', 98, 66],
    ['profile 3, 4:4:4 10 bit', 'b1 24 c1 a1 00 00 30 80 20 b0 b1 c1', 98, 66],
  ])('tell their size in the frame header: %s', (_, frame, width, height) => {
    expect(vp9FrameSize(bytes(`08 ${frame}`))).toEqual({ width, height });
  });

  it.each([
    ['an inter frame', '86 49 83 42 00 06 10 04 18 38'],
    ['an existing frame', '8a 49 83 42 00 06 10 04 18 38'],
    ['another marker', '42 49 83 42 00 06 10 04 18 38'],
    ['another sync code', '82 49 83 43 00 06 10 04 18 38'],
    ['a header cut short', '82 49 83 42 00 06 10 04'],
  ])('tell no size with %s', (_, frame) => {
    expect(vp9FrameSize(bytes(`08 ${frame}`))).toBeUndefined();
  });

  it('tell the size of the highest layer in the scalability structure', () => {
    expect(vp9FrameSize(bytes('0a 30 01 40 00 b4 02 80 01 68 82'))).toEqual({ width: 640, height: 360 });
    expect(vp9FrameSize(bytes('4a 30 01 40 00 b4 02 80 01 68 86'))).toEqual({ width: 640, height: 360 });
    expect(vp9FrameSize(bytes('0a 10 00 00 00 b4 82'))).toBeUndefined();
  });

  it('are found in what encoders send', () => {
    expect(summarize('gstreamer-vp9.rtp', 'VP9')).toEqual({
      keyframes: [0, 6],
      startingFrames: [0, 6],
      sizes: ['0: 98x66', '6: 98x66'],
    });
    expect(summarize('chromium-vp9-svc.rtp', 'VP9')).toEqual({
      keyframes: [0, 2],
      startingFrames: [0, 2],
      sizes: ['0: 320x180', '2: 640x360'],
    });
  });

  it('have layers that their descriptors name (Chromium, L2T3_KEY)', () => {
    const layers = readPayloads('chromium-vp9-svc.rtp').map(({ payload }) => {
      const descriptor = parseVp9Descriptor(payload);
      return [
        descriptor?.pictureId,
        descriptor?.spatialLayer,
        descriptor?.temporalLayer,
        descriptor?.pictureDifferences,
      ];
    });
    expect(layers).toEqual([
      [7275, 0, 0, []],
      [7276, 0, 2, [1]],
      [7277, 0, 0, []],
      [7277, 1, 0, []],
      [7278, 0, 2, [1]],
      [7278, 1, 2, [1]],
      [7279, 0, 1, [2]],
      [7279, 1, 1, [2]],
    ]);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (payload) => {
        const descriptor = parseVp9Descriptor(payload);
        if (descriptor) expect(descriptor.length).toBeLessThanOrEqual(payload.length);
        isVp9Keyframe(payload);
        vp9FrameSize(payload);
      }),
      { numRuns: 1000 },
    );
  });
});
