import type { CodecName } from '../sdp/types.ts';
import { av1FrameSize } from './av1.ts';
import { h264FrameSize } from './h264.ts';
import { h265FrameSize } from './h265.ts';
import type { PictureSize } from './picture-size.ts';
import { vp8FrameSize } from './vp8.ts';
import { vp9FrameSize } from './vp9.ts';

/**
 * The size of the picture, cropping taken off, from the packet that tells it: the first one of a keyframe, but for
 * H.265, where the video parameter set may have a packet before, and for VP9, where a new set of spatial layers tells
 * it as well. Undefined for all other packets. With spatial layers, the size of the highest one.
 */
export function frameSize(codec: CodecName, payload: Uint8Array): PictureSize | undefined {
  switch (codec) {
    case 'VP8':
      return vp8FrameSize(payload);
    case 'VP9':
      return vp9FrameSize(payload);
    case 'H264':
      return h264FrameSize(payload);
    case 'H265':
      return h265FrameSize(payload);
    case 'AV1':
      return av1FrameSize(payload);
    case 'opus':
      return undefined;
  }
}
