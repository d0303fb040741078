/** Boxes of the ISO base media file format (ISO/IEC 14496-12). Numbers are big-endian. */
import { concatenate, readUint32, writeUint32 } from '../../util/bytes.ts';

/** Bytes before the content of a box. */
export const BOX_HEADER_BYTES = 8;
/** Version and flags of a full box. */
export const FULL_BOX_BYTES = 4;
/** A size of 1 says that 64 bits of size follow the type. */
const LARGE_SIZE = 1;
const LARGE_HEADER_BYTES = 16;

/** A box with its header. */
export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, BOX_HEADER_BYTES);
  return concatenate([boxHeader(type, length), ...content]);
}

/** The header of a box of `length` bytes, itself included. */
export function boxHeader(type: string, length: number): Uint8Array {
  const bytes = new Uint8Array(BOX_HEADER_BYTES);
  writeUint32(bytes, 0, length);
  bytes.set(Buffer.from(type, 'latin1'), 4);
  return bytes;
}

/** A box that begins with a version and 24 bits of flags. */
export function fullBox(type: string, version: number, flags: number, ...content: readonly Uint8Array[]): Uint8Array {
  return box(type, uint32s(version * 0x1000000 + flags), ...content);
}

export function uint32s(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((value, index) => writeUint32(bytes, 4 * index, value));
  return bytes;
}

export function uint64(value: number): Uint8Array {
  return uint32s(Math.floor(value / 2 ** 32), value % 2 ** 32);
}

export function readUint64(bytes: Uint8Array, offset: number): number {
  return readUint32(bytes, offset) * 2 ** 32 + readUint32(bytes, offset + 4);
}

export interface FoundBox {
  type: string;
  /** Of the box, from where `bytes` begins. */
  start: number;
  /** Of its content. */
  content: number;
  end: number;
}

/** What the header at `start` says; undefined where it is cut short or malformed. The box may go beyond the end. */
export function parseBox(bytes: Uint8Array, start: number): FoundBox | undefined {
  if (start + BOX_HEADER_BYTES > bytes.length) return undefined;
  const size = readUint32(bytes, start);
  const type = Buffer.from(bytes.subarray(start + 4, start + BOX_HEADER_BYTES)).toString('latin1');
  if (size === LARGE_SIZE) {
    if (start + LARGE_HEADER_BYTES > bytes.length) return undefined;
    const large = readUint64(bytes, start + BOX_HEADER_BYTES);
    return large < LARGE_HEADER_BYTES
      ? undefined
      : { type, start, content: start + LARGE_HEADER_BYTES, end: start + large };
  }
  return size < BOX_HEADER_BYTES ? undefined : { type, start, content: start + BOX_HEADER_BYTES, end: start + size };
}

/** The boxes between two offsets, up to the first that is not whole. */
export function findBoxes(bytes: Uint8Array, start: number, end: number): FoundBox[] {
  const boxes: FoundBox[] = [];
  let position = start;
  while (position < end) {
    const found = parseBox(bytes, position);
    if (found === undefined || found.end > end) break;
    boxes.push(found);
    position = found.end;
  }
  return boxes;
}

/** The first box of this type in the content of another. */
export function findChild(bytes: Uint8Array, parent: FoundBox, type: string): FoundBox | undefined {
  return findBoxes(bytes, parent.content, parent.end).find((child) => child.type === type);
}
