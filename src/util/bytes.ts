/** Reading and writing of big-endian numbers and small operations on byte arrays. */

/** Byte at `offset`, 0 beyond the end: callers check lengths first. */
export function byteAt(bytes: Uint8Array, offset: number): number {
  return bytes[offset] ?? 0;
}

/** Unsigned 16-bit number at `offset`; bytes beyond the end count as 0. */
export function readUint16(bytes: Uint8Array, offset: number): number {
  return (byteAt(bytes, offset) << 8) | byteAt(bytes, offset + 1);
}

/** Unsigned 24-bit number at `offset`; bytes beyond the end count as 0. */
export function readUint24(bytes: Uint8Array, offset: number): number {
  return (readUint16(bytes, offset) << 8) | byteAt(bytes, offset + 2);
}

/** Unsigned 32-bit number at `offset`; bytes beyond the end count as 0. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return ((readUint16(bytes, offset) << 16) | readUint16(bytes, offset + 2)) >>> 0;
}

/** Writes the low 16 bits of `value` at `offset`. */
export function writeUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

/** Writes the low 24 bits of `value` at `offset`. */
export function writeUint24(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 16;
  writeUint16(bytes, offset + 1, value);
}

/** Writes the low 32 bits of `value` at `offset`. */
export function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  writeUint16(bytes, offset, value >>> 16);
  writeUint16(bytes, offset + 2, value);
}

/** One array that holds all parts in order. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const result = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
