/** leb128(): numbers of AV1 in groups of seven bits, the lowest first (AV1 4.10.5). */
import { byteAt } from '../../util/bytes.ts';

/** leb128() is read no further (AV1 4.10.5). */
const MAXIMUM_LEB128_BYTES = 8;

/** The number at `start`, and where it ends. Undefined where it is cut short or too long. */
export function readLeb128(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let index = 0; index < MAXIMUM_LEB128_BYTES && start + index < bytes.length; index += 1) {
    const byte = byteAt(bytes, start + index);
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return undefined;
}

/** A number of 0 to 2^32 - 1 in as few bytes as it needs. */
export function writeLeb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return Uint8Array.from(bytes);
}
