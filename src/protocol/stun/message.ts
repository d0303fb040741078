import { ATTRIBUTE_HEADER_BYTES, iterateAttributes, paddedLength } from './attribute-iterator.ts';
import { ATTRIBUTE_CODE, type StunAttribute, decodeText, parseAttribute, writeAttribute } from './attributes.ts';
import { FINGERPRINT_BYTES, fingerprint } from './fingerprint.ts';
import { STUN_HEADER_BYTES, type StunHeader, isStun, parseStunHeader, writeStunHeader } from './header.ts';
import { INTEGRITY_BYTES, messageIntegrity } from './integrity.ts';

/** A STUN message (RFC 8489 5) without its MESSAGE-INTEGRITY and FINGERPRINT. */
export interface StunMessage extends StunHeader {
  attributes: readonly StunAttribute[];
}

/** A message as received. */
export interface ReceivedStunMessage extends StunMessage {
  /** Where the header of MESSAGE-INTEGRITY stands in the datagram; not yet verified. */
  integrityOffset: number | undefined;
  /** True where the message ends with a FINGERPRINT; its value was right. */
  hasFingerprint: boolean;
}

/** What {@link writeStunMessage} adds to a message. */
export interface StunProtection {
  /** Password of the short-term credential; without it the message has no MESSAGE-INTEGRITY. */
  password?: string | undefined;
  /** Whether to add FINGERPRINT, which ICE demands (RFC 8445 7.1): true where left out. */
  fingerprint?: boolean;
}

const MAX_LENGTH = 0xffff;

/**
 * Parses a datagram; undefined where it is malformed or its FINGERPRINT is wrong. Attributes behind MESSAGE-INTEGRITY
 * are not protected and left out (RFC 8489 14.5), as is MESSAGE-INTEGRITY-SHA256, which ICE does not use.
 */
export function parseStunMessage(datagram: Uint8Array): ReceivedStunMessage | undefined {
  const header = parseStunHeader(datagram);
  if (header === undefined) return undefined;
  const attributes: StunAttribute[] = [];
  let integrityOffset: number | undefined;
  let hasFingerprint = false;
  for (const position of iterateAttributes(datagram)) {
    // FINGERPRINT is the last attribute (RFC 8489 14.7).
    if (position === undefined || hasFingerprint) return undefined;
    const { code, offset, value } = position;
    if (code === ATTRIBUTE_CODE.fingerprint) {
      if (!isFingerprint(datagram, offset, value)) return undefined;
      hasFingerprint = true;
    } else if (integrityOffset === undefined) {
      if (code === ATTRIBUTE_CODE['message-integrity']) {
        if (value.length !== INTEGRITY_BYTES) return undefined;
        integrityOffset = offset;
      } else if (code !== ATTRIBUTE_CODE['message-integrity-sha256']) {
        const attribute = parseAttribute(code, value, header.transactionId);
        if (attribute === undefined) return undefined;
        attributes.push(attribute);
      }
    }
  }
  return { ...header, attributes, integrityOffset, hasFingerprint };
}

/** Writes a message, its MESSAGE-INTEGRITY and FINGERPRINT. Throws on values out of range. */
export function writeStunMessage(message: StunMessage, protection: StunProtection = {}): Uint8Array {
  const withFingerprint = protection.fingerprint ?? true;
  const values = message.attributes.map((attribute) => writeAttribute(attribute, message.transactionId));
  let length = STUN_HEADER_BYTES;
  for (const { value } of values) length += ATTRIBUTE_HEADER_BYTES + paddedLength(value.length);
  const integrityOffset = length;
  if (protection.password !== undefined) length += ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES;
  const fingerprintOffset = length;
  if (withFingerprint) length += ATTRIBUTE_HEADER_BYTES + FINGERPRINT_BYTES;
  if (length - STUN_HEADER_BYTES > MAX_LENGTH) throw new RangeError('A STUN message has at most 65535 bytes');

  const datagram = new Uint8Array(length);
  writeStunHeader(datagram, message);
  let offset = STUN_HEADER_BYTES;
  for (const { code, value } of values) {
    putAttribute(datagram, offset, code, value);
    offset += ATTRIBUTE_HEADER_BYTES + paddedLength(value.length);
  }
  if (protection.password !== undefined) {
    const value = messageIntegrity(datagram, integrityOffset, protection.password);
    putAttribute(datagram, integrityOffset, ATTRIBUTE_CODE['message-integrity'], value);
  }
  if (withFingerprint) {
    const value = new Uint8Array(FINGERPRINT_BYTES);
    new DataView(value.buffer).setUint32(0, fingerprint(datagram, fingerprintOffset));
    putAttribute(datagram, fingerprintOffset, ATTRIBUTE_CODE.fingerprint, value);
  }
  return datagram;
}

/** The first attribute of a type: a receiver may ignore repetitions (RFC 8489 14). */
export function findAttribute<T extends StunAttribute['type']>(
  message: StunMessage,
  type: T,
): Extract<StunAttribute, { type: T }> | undefined {
  const isWanted = (attribute: StunAttribute): attribute is Extract<StunAttribute, { type: T }> =>
    attribute.type === type;
  return message.attributes.find(isWanted);
}

/** The USERNAME of a datagram, found without parsing or verifying the rest: it tells whose datagram this claims to be. */
export function stunUsername(datagram: Uint8Array): string | undefined {
  if (!isStun(datagram)) return undefined;
  for (const position of iterateAttributes(datagram)) {
    if (position?.code === ATTRIBUTE_CODE.username) return decodeText(position.value);
  }
  return undefined;
}

function isFingerprint(datagram: Uint8Array, offset: number, value: Uint8Array): boolean {
  if (value.length !== FINGERPRINT_BYTES) return false;
  const received = new DataView(value.buffer, value.byteOffset, FINGERPRINT_BYTES).getUint32(0);
  return received === fingerprint(datagram, offset);
}

function putAttribute(datagram: Uint8Array, offset: number, code: number, value: Uint8Array): void {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
  view.setUint16(offset, code);
  view.setUint16(offset + 2, value.length);
  datagram.set(value, offset + ATTRIBUTE_HEADER_BYTES);
}
