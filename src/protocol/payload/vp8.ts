/** VP8 in RTP (RFC 7741). */
import { byteAt, readUint16 } from '../../util/bytes.ts';
import type { PictureSize } from './picture-size.ts';
import { pictureSize } from './picture-size.ts';

const EXTENDED_BIT = 0x80;
const NON_REFERENCE_BIT = 0x20;
const START_BIT = 0x10;
const PARTITION_INDEX_MASK = 0x07;
const PICTURE_ID_BIT = 0x80;
const TL0_PICTURE_INDEX_BIT = 0x40;
const TEMPORAL_LAYER_BIT = 0x20;
const KEY_INDEX_BIT = 0x10;
const LONG_PICTURE_ID_BIT = 0x80;
const LAYER_SYNC_BIT = 0x20;
/** Set in the frame tag of every frame that is not a keyframe (RFC 6386 9.1). */
const INTER_FRAME_BIT = 0x01;
/** Frame tag, start code, width and height of a keyframe (RFC 6386 9.1). */
const KEYFRAME_HEADER_BYTES = 10;
/** The other two bits of a width or height scale the picture for display. */
const DIMENSION_MASK = 0x3fff;

/** The payload descriptor (RFC 7741 4.2). Fields that a packet leaves out are undefined. */
export interface Vp8Descriptor {
  /** No other frame depends on this one. */
  nonReference: boolean;
  /** The packet begins a partition. */
  startOfPartition: boolean;
  /** 0 to 7; 0 is the partition that every frame begins with. */
  partitionIndex: number;
  /** 7 or 15 bit, as `pictureIdBits` says. */
  pictureId: number | undefined;
  pictureIdBits: 7 | 15 | undefined;
  /** Running index of base layer frames, 8 bit. */
  tl0PictureIndex: number | undefined;
  /** 0 to 3. */
  temporalLayer: number | undefined;
  /** The frame depends on the base layer alone. */
  layerSync: boolean;
  /** Running index of keyframes, 5 bit. */
  keyIndex: number | undefined;
  /** Bytes of the descriptor: where the VP8 data begins. */
  length: number;
}

/** The descriptor that a payload begins with. Undefined where it is cut short. */
export function parseVp8Descriptor(payload: Uint8Array): Vp8Descriptor | undefined {
  const first = byteAt(payload, 0);
  const descriptor: Vp8Descriptor = {
    nonReference: (first & NON_REFERENCE_BIT) !== 0,
    startOfPartition: (first & START_BIT) !== 0,
    partitionIndex: first & PARTITION_INDEX_MASK,
    pictureId: undefined,
    pictureIdBits: undefined,
    tl0PictureIndex: undefined,
    temporalLayer: undefined,
    layerSync: false,
    keyIndex: undefined,
    length: 1,
  };
  if ((first & EXTENDED_BIT) !== 0) readExtendedFields(payload, descriptor);
  return descriptor.length > payload.length ? undefined : descriptor;
}

function readExtendedFields(payload: Uint8Array, descriptor: Vp8Descriptor): void {
  const present = byteAt(payload, 1);
  let offset = 2;
  if ((present & PICTURE_ID_BIT) !== 0) {
    const isLong = (byteAt(payload, offset) & LONG_PICTURE_ID_BIT) !== 0;
    descriptor.pictureIdBits = isLong ? 15 : 7;
    descriptor.pictureId = isLong ? readUint16(payload, offset) & 0x7fff : byteAt(payload, offset);
    offset += isLong ? 2 : 1;
  }
  if ((present & TL0_PICTURE_INDEX_BIT) !== 0) {
    descriptor.tl0PictureIndex = byteAt(payload, offset);
    offset += 1;
  }
  if ((present & (TEMPORAL_LAYER_BIT | KEY_INDEX_BIT)) !== 0) {
    const layerAndKey = byteAt(payload, offset);
    offset += 1;
    if ((present & TEMPORAL_LAYER_BIT) !== 0) {
      descriptor.temporalLayer = layerAndKey >> 6;
      descriptor.layerSync = (layerAndKey & LAYER_SYNC_BIT) !== 0;
    }
    if ((present & KEY_INDEX_BIT) !== 0) descriptor.keyIndex = layerAndKey & 0x1f;
  }
  descriptor.length = offset;
}

/**
 * Adds to the picture id (modulo the width of its field) and to TL0PICIDX, in place. A descriptor that is cut short
 * stays as it is.
 */
export function shiftVp8PictureIndex(payload: Uint8Array, pictureId: number, tl0PictureIndex: number): void {
  const descriptor = parseVp8Descriptor(payload);
  if (descriptor?.pictureId === undefined) return;
  const shifted = descriptor.pictureId + pictureId;
  if (descriptor.pictureIdBits === 15) {
    payload[2] = LONG_PICTURE_ID_BIT | ((shifted >> 8) & 0x7f);
    payload[3] = shifted & 0xff;
  } else {
    payload[2] = shifted & 0x7f;
  }
  if (descriptor.tl0PictureIndex === undefined) return;
  payload[descriptor.pictureIdBits === 15 ? 4 : 3] = (descriptor.tl0PictureIndex + tl0PictureIndex) & 0xff;
}

/** True for the first packet of a keyframe. */
export function isVp8Keyframe(payload: Uint8Array): boolean {
  return keyframeOffset(payload) !== undefined;
}

/** Where the data of a keyframe begins in its first packet. */
function keyframeOffset(payload: Uint8Array): number | undefined {
  const descriptor = parseVp8Descriptor(payload);
  if (descriptor === undefined || !descriptor.startOfPartition || descriptor.partitionIndex !== 0) return undefined;
  const { length } = descriptor;
  return length < payload.length && (byteAt(payload, length) & INTER_FRAME_BIT) === 0 ? length : undefined;
}

/** The picture's size, from the first packet of a keyframe (RFC 6386 9.1). */
export function vp8FrameSize(payload: Uint8Array): PictureSize | undefined {
  const offset = keyframeOffset(payload);
  if (offset === undefined || payload.length < offset + KEYFRAME_HEADER_BYTES) return undefined;
  const hasStartCode =
    byteAt(payload, offset + 3) === 0x9d &&
    byteAt(payload, offset + 4) === 0x01 &&
    byteAt(payload, offset + 5) === 0x2a;
  if (!hasStartCode) return undefined;
  const width = byteAt(payload, offset + 6) | (byteAt(payload, offset + 7) << 8);
  const height = byteAt(payload, offset + 8) | (byteAt(payload, offset + 9) << 8);
  return pictureSize(width & DIMENSION_MASK, height & DIMENSION_MASK);
}
