import { STUN_HEADER_BYTES } from './header.ts';

/** Type and length stand before every attribute's value (RFC 8489 14). */
export const ATTRIBUTE_HEADER_BYTES = 4;

export interface AttributePosition {
  code: number;
  /** Offset of the attribute's header in the datagram. */
  offset: number;
  value: Uint8Array;
}

/** Bytes up to the next multiple of 4: attributes are padded to it. */
export function paddedLength(length: number): number {
  return (length + 3) & ~3;
}

/**
 * The attributes of a datagram that passed `isStun`, one after the other; undefined in place of one that reaches
 * beyond the end, which is then the last.
 */
export function* iterateAttributes(datagram: Uint8Array): Generator<AttributePosition | undefined, void> {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  let offset = STUN_HEADER_BYTES;
  while (offset < datagram.length) {
    const start = offset + ATTRIBUTE_HEADER_BYTES;
    const length = start > datagram.length ? 0 : view.getUint16(offset + 2);
    const next = start + paddedLength(length);
    if (next > datagram.length) {
      yield undefined;
      return;
    }
    yield { code: view.getUint16(offset), offset, value: datagram.subarray(start, start + length) };
    offset = next;
  }
}
