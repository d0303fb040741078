/** RTP header extensions in their one-byte and two-byte forms (RFC 8285). */
import { byteAt, readUint16, writeUint16 } from '../../util/bytes.ts';

const FIXED_HEADER_BYTES = 12;
const EXTENSION_BIT = 0x10;
const ONE_BYTE_PROFILE = 0xbede;
/** The low four bits are the application's (RFC 8285 4.3). */
const TWO_BYTE_PROFILE = 0x1000;
const TWO_BYTE_PROFILE_MASK = 0xfff0;
/** The last id that the one-byte form can name; 15 is reserved (RFC 8285 4.2). */
const ONE_BYTE_MAXIMUM_ID = 14;
const ONE_BYTE_MAXIMUM_LENGTH = 16;

/** One element of a header extension. */
export interface ExtensionElement {
  /** As negotiated by a=extmap: 1 to 255, in the one-byte form 1 to 14. */
  id: number;
  /** 0 to 255 bytes, in the one-byte form 1 to 16. */
  value: Uint8Array;
}

/** Walks over the elements of a packet's extension. It keeps offsets alone, so that one serves for all packets. */
class ElementCursor {
  /** The current element's id. */
  id = 0;
  /** Where its value begins. */
  start = 0;
  /** Where its value ends, and the next element begins. */
  end = 0;
  #blockEnd = 0;
  #twoByteForm = false;

  /** Stands before the first element. */
  begin(packet: Uint8Array): void {
    this.end = 0;
    this.#blockEnd = 0;
    const first = byteAt(packet, 0);
    if ((first & EXTENSION_BIT) === 0) return;
    const block = FIXED_HEADER_BYTES + 4 * (first & 0x0f);
    const profile = readUint16(packet, block);
    this.#twoByteForm = (profile & TWO_BYTE_PROFILE_MASK) === TWO_BYTE_PROFILE;
    if (!this.#twoByteForm && profile !== ONE_BYTE_PROFILE) return;
    const blockEnd = block + 4 + 4 * readUint16(packet, block + 2);
    if (blockEnd > packet.length) return;
    this.end = block + 4;
    this.#blockEnd = blockEnd;
  }

  /** Moves to the next element. False at the end, and where what follows is malformed. */
  next(packet: Uint8Array): boolean {
    let offset = this.end;
    while (offset < this.#blockEnd && byteAt(packet, offset) === 0) offset += 1;
    if (offset >= this.#blockEnd) return false;
    const head = byteAt(packet, offset);
    if (this.#twoByteForm) {
      this.id = head;
      this.start = offset + 2;
      this.end = this.start + byteAt(packet, offset + 1);
    } else {
      this.id = head >> 4;
      if (this.id === 0 || this.id > ONE_BYTE_MAXIMUM_ID) return this.#stop();
      this.start = offset + 1;
      this.end = this.start + (head & 0x0f) + 1;
    }
    return this.end <= this.#blockEnd || this.#stop();
  }

  #stop(): false {
    this.end = this.#blockEnd;
    return false;
  }
}

const sharedCursor = new ElementCursor();

/**
 * The value of the element with this id, sharing the packet's memory. Undefined where the packet has no such element
 * or its extension is malformed before it.
 */
export function findExtension(packet: Uint8Array, id: number): Uint8Array | undefined {
  sharedCursor.begin(packet);
  while (sharedCursor.next(packet)) {
    if (sharedCursor.id === id) return packet.subarray(sharedCursor.start, sharedCursor.end);
  }
  return undefined;
}

/** All elements in order, their values sharing the packet's memory; those before the first malformed one. */
export function readExtensions(packet: Uint8Array): ExtensionElement[] {
  const elements: ExtensionElement[] = [];
  const cursor = new ElementCursor();
  cursor.begin(packet);
  while (cursor.next(packet)) {
    elements.push({ id: cursor.id, value: packet.subarray(cursor.start, cursor.end) });
  }
  return elements;
}

/** Bytes that {@link writeExtensionBlock} writes for these elements: 0 for none, otherwise a multiple of 4. */
export function extensionBlockLength(elements: readonly ExtensionElement[]): number {
  if (elements.length === 0) return 0;
  const elementHeader = needsTwoByteForm(elements) ? 2 : 1;
  let length = 0;
  for (const { value } of elements) length += elementHeader + value.length;
  return 4 + 4 * Math.ceil(length / 4);
}

/**
 * Writes the extension block (profile, length, elements) at `offset`; nothing for no elements. The two-byte form is
 * used where an element asks for it, the one-byte form otherwise. Returns the offset behind the block.
 */
export function writeExtensionBlock(packet: Uint8Array, offset: number, elements: readonly ExtensionElement[]): number {
  if (elements.length === 0) return offset;
  const twoByteForm = needsTwoByteForm(elements);
  const end = offset + extensionBlockLength(elements);
  writeUint16(packet, offset, twoByteForm ? TWO_BYTE_PROFILE : ONE_BYTE_PROFILE);
  writeUint16(packet, offset + 2, (end - offset - 4) / 4);
  let position = offset + 4;
  for (const { id, value } of elements) {
    if (twoByteForm) {
      packet[position] = id;
      packet[position + 1] = value.length;
      position += 2;
    } else {
      packet[position] = (id << 4) | (value.length - 1);
      position += 1;
    }
    packet.set(value, position);
    position += value.length;
  }
  packet.fill(0, position, end);
  return end;
}

function needsTwoByteForm(elements: readonly ExtensionElement[]): boolean {
  return elements.some(
    ({ id, value }) => id > ONE_BYTE_MAXIMUM_ID || value.length === 0 || value.length > ONE_BYTE_MAXIMUM_LENGTH,
  );
}
