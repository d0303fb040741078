/** Superframes of VP9: frames that make up one picture, with an index behind them (VP9 bitstream specification, annex B). */
import { byteAt, concatenate } from '../../util/bytes.ts';

const MARKER = 0b110_00000;
const MARKER_MASK = 0b111_00000;
/** An index has three bits for the number of its frames. */
export const MAXIMUM_SUPERFRAME_FRAMES = 8;

/** The frames of a superframe without its index; of a frame without an index, that frame alone. */
export function splitVp9Superframe(data: Uint8Array): Uint8Array[] {
  const marker = byteAt(data, data.length - 1);
  if ((marker & MARKER_MASK) !== MARKER) return [data];
  const count = (marker & 0x07) + 1;
  const sizeBytes = ((marker >> 3) & 0x03) + 1;
  const indexStart = data.length - (2 + count * sizeBytes);
  if (indexStart < 0 || byteAt(data, indexStart) !== marker) return [data];
  const frames: Uint8Array[] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    const size = readLittleEndian(data, indexStart + 1 + index * sizeBytes, sizeBytes);
    if (offset + size > indexStart) return [data];
    if (size > 0) frames.push(data.subarray(offset, offset + size));
    offset += size;
  }
  return frames;
}

/** One superframe of 2 to 8 frames. */
export function writeVp9Superframe(frames: readonly Uint8Array[]): Uint8Array {
  const largest = Math.max(...frames.map(({ length }) => length));
  const sizeBytes = Math.max(1, Math.ceil(Math.log2(largest + 1) / 8));
  const index = new Uint8Array(2 + frames.length * sizeBytes);
  index.fill(MARKER | ((sizeBytes - 1) << 3) | (frames.length - 1));
  frames.forEach(({ length }, position) => {
    for (let byte = 0; byte < sizeBytes; byte++) index[1 + position * sizeBytes + byte] = length >>> (8 * byte);
  });
  return concatenate([...frames, index]);
}

function readLittleEndian(bytes: Uint8Array, offset: number, count: number): number {
  let value = 0;
  for (let byte = count - 1; byte >= 0; byte--) value = value * 256 + byteAt(bytes, offset + byte);
  return value;
}
