import type { CodecName } from '../sdp/types.ts';
import { isAv1Keyframe } from './av1.ts';
import { isH264Keyframe } from './h264.ts';
import { isH265Keyframe } from './h265.ts';
import { isVp8Keyframe } from './vp8.ts';
import { isVp9Keyframe } from './vp9.ts';

/**
 * True where a receiver that has nothing yet can begin with this packet: the first packet of a keyframe, or any packet
 * of sound. `payload` is an RTP payload without its padding. Where an H.264 or H.265 keyframe sends its parameter sets
 * in packets of their own, several packets of one timestamp say true, and the first one counts.
 */
export function isKeyframe(codec: CodecName, payload: Uint8Array): boolean {
  switch (codec) {
    case 'VP8':
      return isVp8Keyframe(payload);
    case 'VP9':
      return isVp9Keyframe(payload);
    case 'H264':
      return isH264Keyframe(payload);
    case 'H265':
      return isH265Keyframe(payload);
    case 'AV1':
      return isAv1Keyframe(payload);
    case 'opus':
      return payload.length > 0;
  }
}
