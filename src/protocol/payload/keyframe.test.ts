import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../util/testing/bytes.ts';
import type { CodecName } from '../sdp/types.ts';
import { frameSize } from './frame-size.ts';
import { isKeyframe } from './keyframe.ts';

const KEYFRAMES: [codec: CodecName, payload: string, size: { width: number; height: number } | undefined][] = [
  ['VP8', '10 10 02 00 9d 01 2a 40 41 b4 80', { width: 320, height: 180 }],
  ['VP9', '08 82 49 83 42 00 06 10 04 18 38', { width: 98, height: 66 }],
  ['H264', '65 88 84', undefined],
  ['H265', '26 01 af', undefined],
  ['AV1', '10 08 00 00 00 04 3c fe cc 01 a0 01', { width: 320, height: 180 }],
  ['opus', 'fc ff fe', undefined],
];

describe('isKeyframe and frameSize', () => {
  it.each(KEYFRAMES)('know %s', (codec, payload, size) => {
    expect(isKeyframe(codec, bytes(payload))).toBe(true);
    expect(frameSize(codec, bytes(payload))).toEqual(size);
  });

  it.each(KEYFRAMES)('take nothing for no keyframe of %s, nor zeros for one of a picture', (codec) => {
    expect(isKeyframe(codec, new Uint8Array(0))).toBe(false);
    expect(isKeyframe(codec, new Uint8Array(255))).toBe(codec === 'opus');
    expect(frameSize(codec, new Uint8Array(255))).toBeUndefined();
  });

  it.each(KEYFRAMES)('never throw on cut or changed payloads of %s', (codec, payload) => {
    const original = bytes(payload);
    fc.assert(
      fc.property(fc.nat(original.length), fc.nat(original.length - 1), fc.nat(255), (length, position, byte) => {
        const changed = original.slice();
        changed[position] = byte;
        isKeyframe(codec, changed.subarray(0, length));
        const size = frameSize(codec, changed.subarray(0, length));
        if (size) expect(Math.min(size.width, size.height)).toBeGreaterThan(0);
      }),
    );
  });
});
