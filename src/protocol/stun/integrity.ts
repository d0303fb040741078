import { createHmac, timingSafeEqual } from 'node:crypto';
import { ATTRIBUTE_HEADER_BYTES } from './attribute-iterator.ts';
import { STUN_HEADER_BYTES } from './header.ts';

/** Length of an HMAC-SHA1, the value of MESSAGE-INTEGRITY. */
export const INTEGRITY_BYTES = 20;

/**
 * The value of a MESSAGE-INTEGRITY attribute whose header stands at `offset` (RFC 8489 14.5): the HMAC over what
 * comes before it, with a length field that ends after it. The key of a short-term credential is the password (9.1.1);
 * ice-chars need no OpaqueString preparation.
 */
export function messageIntegrity(datagram: Uint8Array, offset: number, password: string): Uint8Array {
  const header = datagram.slice(0, STUN_HEADER_BYTES);
  const length = offset + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES - STUN_HEADER_BYTES;
  new DataView(header.buffer).setUint16(2, length);
  return createHmac('sha1', password).update(header).update(datagram.subarray(STUN_HEADER_BYTES, offset)).digest();
}

/**
 * True where the message carries a MESSAGE-INTEGRITY that the password made. `integrityOffset` is what
 * `parseStunMessage` found in the same datagram.
 */
export function verifyMessageIntegrity(
  datagram: Uint8Array,
  { integrityOffset }: { integrityOffset: number | undefined },
  password: string,
): boolean {
  if (integrityOffset === undefined) return false;
  const start = integrityOffset + ATTRIBUTE_HEADER_BYTES;
  const received = datagram.subarray(start, start + INTEGRITY_BYTES);
  if (received.length !== INTEGRITY_BYTES) return false;
  return timingSafeEqual(received, messageIntegrity(datagram, integrityOffset, password));
}
