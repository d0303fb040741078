/** The fixed header of a STUN message (RFC 8489 5). */

export const STUN_HEADER_BYTES = 20;
export const TRANSACTION_ID_BYTES = 12;
export const MAGIC_COOKIE = 0x2112a442;

/** The method of a connectivity check (RFC 8489 18.1). */
export const BINDING_METHOD = 1;
/** Methods have 12 bits. */
const MAX_METHOD = 0xfff;

/** In the order of the two class bits. */
const CLASSES = ['request', 'indication', 'success', 'error'] as const;
export type StunClass = (typeof CLASSES)[number];

export interface StunHeader {
  class: StunClass;
  /** 0 to 4095. */
  method: number;
  /** 12 bytes. */
  transactionId: Uint8Array;
}

/** True where the datagram's header is that of a STUN message and its length field fits (RFC 8489 5, 6.3). */
export function isStun(datagram: Uint8Array): boolean {
  if (datagram.length < STUN_HEADER_BYTES || ((datagram[0] ?? 0xff) & 0xc0) !== 0) return false;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  const length = view.getUint16(2);
  return view.getUint32(4) === MAGIC_COOKIE && length % 4 === 0 && length === datagram.length - STUN_HEADER_BYTES;
}

/** Reads the header of a datagram; undefined where {@link isStun} is false. */
export function parseStunHeader(datagram: Uint8Array): StunHeader | undefined {
  if (!isStun(datagram)) return undefined;
  const type = ((datagram[0] ?? 0) << 8) | (datagram[1] ?? 0);
  const stunClass = CLASSES[((type >> 7) & 2) | ((type >> 4) & 1)];
  if (stunClass === undefined) return undefined;
  return {
    class: stunClass,
    // The class bits 0x100 and 0x010 stand between the method's bits.
    method: ((type >> 2) & 0xf80) | ((type >> 1) & 0x070) | (type & 0x00f),
    transactionId: datagram.slice(STUN_HEADER_BYTES - TRANSACTION_ID_BYTES, STUN_HEADER_BYTES),
  };
}

/** Writes the header into the first 20 bytes of `datagram`, whose length becomes the length field. */
export function writeStunHeader(datagram: Uint8Array, header: StunHeader): void {
  const { method, transactionId } = header;
  if (method < 0 || method > MAX_METHOD) throw new RangeError('A STUN method has 12 bits');
  if (transactionId.length !== TRANSACTION_ID_BYTES) throw new RangeError('A STUN transaction id has 12 bytes');
  const classBits = CLASSES.indexOf(header.class);
  const type =
    ((method & 0xf80) << 2) |
    ((method & 0x070) << 1) |
    (method & 0x00f) |
    ((classBits & 2) << 7) |
    ((classBits & 1) << 4);
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  view.setUint16(0, type);
  view.setUint16(2, datagram.length - STUN_HEADER_BYTES);
  view.setUint32(4, MAGIC_COOKIE);
  datagram.set(transactionId, STUN_HEADER_BYTES - TRANSACTION_ID_BYTES);
}
