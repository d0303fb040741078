/** The packets of pictures that no decoder has to see: real VP8 payload descriptors before empty content. */
import { parseVp8Descriptor } from '../../src/protocol/payload/vp8.ts';

/** Bytes of payload that a packet has at the most. */
const MAXIMUM_PAYLOAD_BYTES = 1150;
/** Descriptor, keyframe header and capture time. */
const MINIMUM_PAYLOAD_BYTES = 28;
/** X bit, then I bit, then a picture id of 15 bits (RFC 7741 4.2). */
const DESCRIPTOR_BYTES = 4;
const START_BIT = 0x10;
const INTER_FRAME_BIT = 0x01;
const CAPTURE_TIME_BYTES = 8;

export interface Frame {
  /** Milliseconds. */
  captureTime: number;
  keyframe: boolean;
  pictureId: number;
  width: number;
  height: number;
  bytes: number;
}

/** The payloads of a frame, in order. */
export function framePayloads(frame: Frame): Uint8Array[] {
  const count = Math.max(1, Math.ceil(frame.bytes / MAXIMUM_PAYLOAD_BYTES));
  const length = Math.max(MINIMUM_PAYLOAD_BYTES, Math.ceil(frame.bytes / count));
  return Array.from({ length: count }, (_, index) => {
    const payload = new Uint8Array(length);
    payload.set([index === 0 ? 0x80 | START_BIT : 0x80, 0x80, 0x80 | ((frame.pictureId >> 8) & 0x7f), frame.pictureId]);
    if (index === 0) payload.set(frameHeader(frame), DESCRIPTOR_BYTES);
    view(payload).setFloat64(length - CAPTURE_TIME_BYTES, frame.captureTime);
    return payload;
  });
}

/** Frame tag, and of a keyframe its start code and size (RFC 6386 9.1). */
function frameHeader({ keyframe, width, height }: Frame): number[] {
  if (!keyframe) return [INTER_FRAME_BIT, 0, 0];
  return [0, 0, 0, 0x9d, 0x01, 0x2a, width & 0xff, width >> 8, height & 0xff, height >> 8];
}

/** What a receiver needs of a packet's payload. */
export interface FramePacket {
  first: boolean;
  keyframe: boolean;
  pictureId: number;
  /** Of the picture, where the packet begins a keyframe; else 0. */
  width: number;
  captureTime: number;
}

export function readFramePacket(payload: Uint8Array): FramePacket {
  const descriptor = parseVp8Descriptor(payload);
  if (descriptor === undefined) throw new RangeError('a packet without a VP8 descriptor reached a viewer');
  const first = descriptor.startOfPartition && descriptor.partitionIndex === 0;
  const keyframe = first && ((payload[descriptor.length] ?? 0) & INTER_FRAME_BIT) === 0;
  const widthOffset = descriptor.length + 6;
  return {
    first,
    keyframe,
    pictureId: descriptor.pictureId ?? 0,
    width: keyframe ? (payload[widthOffset] ?? 0) | ((payload[widthOffset + 1] ?? 0) << 8) : 0,
    captureTime: view(payload).getFloat64(payload.length - CAPTURE_TIME_BYTES),
  };
}

function view(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}
