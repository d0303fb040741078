/** VP9 in RTP (RFC 9628). */
import { byteAt, readUint16 } from '../../util/bytes.ts';
import { BitReader } from './bit-reader.ts';
import type { PictureSize } from './picture-size.ts';
import { pictureSize } from './picture-size.ts';

const PICTURE_ID_BIT = 0x80;
const INTER_PICTURE_BIT = 0x40;
const LAYER_INDICES_BIT = 0x20;
const FLEXIBLE_BIT = 0x10;
const START_OF_FRAME_BIT = 0x08;
const END_OF_FRAME_BIT = 0x04;
const SCALABILITY_BIT = 0x02;
const NOT_UPPER_REFERENCE_BIT = 0x01;
const LONG_PICTURE_ID_BIT = 0x80;
/** Reference indices that a flexible descriptor holds at the most (RFC 9628 4.2). */
const MAXIMUM_REFERENCES = 3;
/** The frame marker that every VP9 frame begins with, and the sync code of keyframes (VP9 bitstream 6.2). */
const FRAME_MARKER = 2;
const FRAME_SYNC_CODE = 0x498342;
const COLOR_SPACE_RGB = 7;

/** The payload descriptor (RFC 9628 4.2). Fields that a packet leaves out are undefined. */
export interface Vp9Descriptor {
  /** 7 or 15 bit, as `pictureIdBits` says. */
  pictureId: number | undefined;
  pictureIdBits: 7 | 15 | undefined;
  /** The frame depends on earlier pictures. */
  interPicturePredicted: boolean;
  /** The frame says which pictures it depends on, rather than following the pattern of the scalability structure. */
  flexible: boolean;
  /** The packet begins a frame of its spatial layer. */
  startOfFrame: boolean;
  /** The packet ends a frame of its spatial layer. */
  endOfFrame: boolean;
  /** No frame of a higher spatial layer depends on this one. */
  notUpperLayerReference: boolean;
  /** 0 to 7. */
  temporalLayer: number | undefined;
  /** 0 to 7. */
  spatialLayer: number | undefined;
  /** A receiver may turn to this temporal layer here. */
  switchingUpPoint: boolean;
  /** The frame depends on the spatial layer below it. */
  interLayerPredicted: boolean;
  /** Running index of base layer pictures, 8 bit; in the non-flexible mode alone. */
  tl0PictureIndex: number | undefined;
  /** Distances back to the pictures that this one depends on; in the flexible mode alone. */
  pictureDifferences: readonly number[];
  scalability: Vp9ScalabilityStructure | undefined;
  /** Bytes of the descriptor: where the VP9 data begins. */
  length: number;
}

/** The scalability structure (RFC 9628 4.2.1), without its group of pictures. */
export interface Vp9ScalabilityStructure {
  /** 1 to 8. */
  spatialLayers: number;
  /** Size of each spatial layer from the lowest on; empty where it is left out. */
  sizes: readonly { width: number; height: number }[];
}

/** True where the descriptor says that it holds the scalability structure: of few packets, so that the rest is not parsed. */
export function hasVp9Scalability(payload: Uint8Array): boolean {
  return (byteAt(payload, 0) & SCALABILITY_BIT) !== 0;
}

/** The descriptor that a payload begins with. Undefined where it is cut short or names too many references. */
export function parseVp9Descriptor(payload: Uint8Array): Vp9Descriptor | undefined {
  const first = byteAt(payload, 0);
  const descriptor: Vp9Descriptor = {
    pictureId: undefined,
    pictureIdBits: undefined,
    interPicturePredicted: (first & INTER_PICTURE_BIT) !== 0,
    flexible: (first & FLEXIBLE_BIT) !== 0,
    startOfFrame: (first & START_OF_FRAME_BIT) !== 0,
    endOfFrame: (first & END_OF_FRAME_BIT) !== 0,
    notUpperLayerReference: (first & NOT_UPPER_REFERENCE_BIT) !== 0,
    temporalLayer: undefined,
    spatialLayer: undefined,
    switchingUpPoint: false,
    interLayerPredicted: false,
    tl0PictureIndex: undefined,
    pictureDifferences: [],
    scalability: undefined,
    length: 1,
  };
  if ((first & PICTURE_ID_BIT) !== 0) readPictureId(payload, descriptor);
  if ((first & LAYER_INDICES_BIT) !== 0) readLayerIndices(payload, descriptor);
  if (descriptor.flexible && descriptor.interPicturePredicted && !readReferences(payload, descriptor)) return undefined;
  if ((first & SCALABILITY_BIT) !== 0) readScalabilityStructure(payload, descriptor);
  return descriptor.length > payload.length ? undefined : descriptor;
}

function readPictureId(payload: Uint8Array, descriptor: Vp9Descriptor): void {
  const isLong = (byteAt(payload, descriptor.length) & LONG_PICTURE_ID_BIT) !== 0;
  descriptor.pictureIdBits = isLong ? 15 : 7;
  descriptor.pictureId = isLong ? readUint16(payload, descriptor.length) & 0x7fff : byteAt(payload, descriptor.length);
  descriptor.length += isLong ? 2 : 1;
}

function readLayerIndices(payload: Uint8Array, descriptor: Vp9Descriptor): void {
  const indices = byteAt(payload, descriptor.length);
  descriptor.temporalLayer = indices >> 5;
  descriptor.switchingUpPoint = (indices & 0x10) !== 0;
  descriptor.spatialLayer = (indices >> 1) & 0x07;
  descriptor.interLayerPredicted = (indices & 0x01) !== 0;
  descriptor.length += 1;
  if (descriptor.flexible) return;
  descriptor.tl0PictureIndex = byteAt(payload, descriptor.length);
  descriptor.length += 1;
}

function readReferences(payload: Uint8Array, descriptor: Vp9Descriptor): boolean {
  const differences: number[] = [];
  let another = true;
  while (another) {
    if (differences.length === MAXIMUM_REFERENCES) return false;
    const reference = byteAt(payload, descriptor.length);
    differences.push(reference >> 1);
    descriptor.length += 1;
    another = (reference & 0x01) !== 0;
  }
  descriptor.pictureDifferences = differences;
  return true;
}

function readScalabilityStructure(payload: Uint8Array, descriptor: Vp9Descriptor): void {
  const head = byteAt(payload, descriptor.length);
  const spatialLayers = (head >> 5) + 1;
  const hasSizes = (head & 0x10) !== 0;
  const hasPictureGroup = (head & 0x08) !== 0;
  const sizes: { width: number; height: number }[] = [];
  descriptor.length += 1;
  for (let layer = 0; hasSizes && layer < spatialLayers; layer += 1) {
    sizes.push({ width: readUint16(payload, descriptor.length), height: readUint16(payload, descriptor.length + 2) });
    descriptor.length += 4;
  }
  if (hasPictureGroup) {
    const pictures = byteAt(payload, descriptor.length);
    descriptor.length += 1;
    for (let picture = 0; picture < pictures; picture += 1) {
      const references = (byteAt(payload, descriptor.length) >> 2) & 0x03;
      descriptor.length += 1 + references;
    }
  }
  descriptor.scalability = { spatialLayers, sizes };
}

/** True for the first packet of a keyframe: the beginning of the lowest spatial layer, which no earlier picture serves. */
export function isVp9Keyframe(payload: Uint8Array): boolean {
  const descriptor = parseVp9Descriptor(payload);
  return descriptor !== undefined && descriptor.length < payload.length && startsKeyframe(descriptor);
}

function startsKeyframe(descriptor: Vp9Descriptor): boolean {
  return !descriptor.interPicturePredicted && descriptor.startOfFrame && (descriptor.spatialLayer ?? 0) === 0;
}

/**
 * The size of the highest spatial layer, from a scalability structure, which senders also write where layers come and
 * go between keyframes, or else from the first packet of a keyframe.
 */
export function vp9FrameSize(payload: Uint8Array): PictureSize | undefined {
  const descriptor = parseVp9Descriptor(payload);
  if (descriptor === undefined) return undefined;
  const highest = descriptor.scalability?.sizes.at(-1);
  if (highest !== undefined) return pictureSize(highest.width, highest.height);
  return startsKeyframe(descriptor) ? parseUncompressedHeader(payload.subarray(descriptor.length)) : undefined;
}

/** The size in a keyframe's uncompressed header (VP9 bitstream specification 6.2). */
function parseUncompressedHeader(frame: Uint8Array): PictureSize | undefined {
  const reader = new BitReader(frame);
  if (reader.bits(2) !== FRAME_MARKER) return undefined;
  const profile = reader.bits(1) | (reader.bits(1) << 1);
  if (profile === 3) reader.skip(1);
  const showsExistingFrame = reader.flag();
  const isInterFrame = reader.flag();
  if (showsExistingFrame || isInterFrame) return undefined;
  // show_frame and error_resilient_mode.
  reader.skip(2);
  if (reader.bits(24) !== FRAME_SYNC_CODE) return undefined;
  skipColorConfig(reader, profile);
  const width = reader.bits(16) + 1;
  const height = reader.bits(16) + 1;
  return reader.exhausted ? undefined : pictureSize(width, height);
}

function skipColorConfig(reader: BitReader, profile: number): void {
  const hasSubsampling = profile === 1 || profile === 3;
  // ten_or_twelve_bit
  if (profile >= 2) reader.skip(1);
  if (reader.bits(3) === COLOR_SPACE_RGB) {
    if (hasSubsampling) reader.skip(1);
    return;
  }
  // color_range, then subsampling_x, subsampling_y and a reserved bit.
  reader.skip(hasSubsampling ? 4 : 1);
}
