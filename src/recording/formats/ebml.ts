/** Elements of EBML (RFC 8794) as WebM uses them. */
import { concatenate } from '../../util/bytes.ts';

/** Ids of elements (RFC 9559), with their length marker. */
export const ID = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  void: 0xec,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  duration: 0x4489,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  seekPreRoll: 0x56bb,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  cues: 0x1c53bb6b,
  cuePoint: 0xbb,
  cueTime: 0xb3,
  cueTrackPositions: 0xb7,
  cueTrack: 0xf7,
  cueClusterPosition: 0xf1,
} as const;

/** Bytes of a size that can be set later: the length marker and 56 bits. */
const LONG_SIZE_BYTES = 8;
/** The size of an element that goes to the end of the file. */
export const UNKNOWN_SIZE = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

/** An element with its id and size. */
export function element(id: number, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return concatenate([idBytes(id), sizeBytes(length), ...content]);
}

/** An element that holds an unsigned number. */
export function numberElement(id: number, value: number): Uint8Array {
  return element(id, bigEndian(value));
}

/** An element that holds a floating-point number of 64 bits. */
export function floatElement(id: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return element(id, bytes);
}

/** An element that holds text. */
export function textElement(id: number, text: string): Uint8Array {
  return element(id, Buffer.from(text));
}

/** Free space of `length` bytes, 9 or more. */
export function voidElement(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes[0] = ID.void;
  bytes.set(longSize(length - 1 - LONG_SIZE_BYTES), 1);
  return bytes;
}

export function idBytes(id: number): Uint8Array {
  return bigEndian(id);
}

/** A size in LONG_SIZE_BYTES bytes. */
export function longSize(size: number): Uint8Array {
  const bytes = new Uint8Array(LONG_SIZE_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size));
  bytes[0] = 0x01;
  return bytes;
}

/** What stands at the begin of `bytes`: id, size of the content (undefined: to the end), and bytes of both. */
export interface ElementHeader {
  id: number;
  size: number | undefined;
  length: number;
}

/** The header of an element; undefined where it is cut short or malformed. */
export function parseElementHeader(bytes: Uint8Array): ElementHeader | undefined {
  const idLength = markerLength(bytes[0]);
  if (idLength > 4) return undefined;
  const sizeLength = markerLength(bytes[idLength]);
  const length = idLength + sizeLength;
  if (sizeLength > LONG_SIZE_BYTES || length > bytes.length) return undefined;
  const marked = bytes.slice(idLength, length);
  marked[0] = (marked[0] ?? 0) & (0xff >> sizeLength);
  const size = number(marked);
  const unknown = 2 ** (7 * sizeLength) - 1;
  return { id: number(bytes.subarray(0, idLength)), size: size >= unknown ? undefined : size, length };
}

/** The unsigned number that an element holds. */
export function number(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** Bytes of a number whose first byte has its length as leading zeros; 9 where there is none. */
function markerLength(first: number | undefined): number {
  return first === undefined || first === 0 ? 9 : Math.clz32(first) - 23;
}

function bigEndian(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(rest % 256);
    rest = Math.floor(rest / 256);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

function sizeBytes(size: number): Uint8Array {
  // All bits set means "unknown".
  if (size < 0x7f) return Uint8Array.of(0x80 | size);
  if (size < 0x3fff) return Uint8Array.of(0x40 | (size >> 8), size & 0xff);
  return longSize(size);
}
