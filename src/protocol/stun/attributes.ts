import {
  type TransportAddress,
  parseAddressValue,
  parseXorAddressValue,
  writeAddressValue,
  writeXorAddressValue,
} from './transport-address.ts';

/** Attribute types (RFC 8489 18.3, RFC 8445 16.1). */
export const ATTRIBUTE_CODE = {
  'mapped-address': 0x0001,
  username: 0x0006,
  'message-integrity': 0x0008,
  'error-code': 0x0009,
  'unknown-attributes': 0x000a,
  'message-integrity-sha256': 0x001c,
  'xor-mapped-address': 0x0020,
  priority: 0x0024,
  'use-candidate': 0x0025,
  software: 0x8022,
  fingerprint: 0x8028,
  'ice-controlled': 0x8029,
  'ice-controlling': 0x802a,
} as const;

/** Types below this must be understood by the receiver (RFC 8489 14). */
const FIRST_COMPREHENSION_OPTIONAL = 0x8000;

/** An attribute's value. MESSAGE-INTEGRITY and FINGERPRINT are the message's affair (message.ts). */
export type StunAttribute =
  | { type: 'username'; value: string }
  | { type: 'software'; value: string }
  | ({ type: 'mapped-address' } & TransportAddress)
  | ({ type: 'xor-mapped-address' } & TransportAddress)
  /** `code` is 300 to 699. */
  | { type: 'error-code'; code: number; reason: string }
  | { type: 'unknown-attributes'; codes: readonly number[] }
  /** Unsigned, 32 bits (RFC 8445 7.1.1). */
  | { type: 'priority'; value: number }
  | { type: 'use-candidate' }
  /** Unsigned, 64 bits: the sender's tie-breaker (RFC 8445 7.1.3). */
  | { type: 'ice-controlled'; tieBreaker: bigint }
  | { type: 'ice-controlling'; tieBreaker: bigint }
  | { type: 'unknown'; code: number; value: Uint8Array };

/** True for a type that a receiver may not ignore (RFC 8489 14). */
export function isComprehensionRequired(code: number): boolean {
  return code < FIRST_COMPREHENSION_OPTIONAL;
}

/** The attribute of this type and value; undefined where the value is malformed. */
export function parseAttribute(code: number, value: Uint8Array, transactionId: Uint8Array): StunAttribute | undefined {
  switch (code) {
    case ATTRIBUTE_CODE.username:
      return { type: 'username', value: decodeText(value) };
    case ATTRIBUTE_CODE.software:
      return { type: 'software', value: decodeText(value) };
    case ATTRIBUTE_CODE['mapped-address']: {
      const address = parseAddressValue(value);
      return address && { type: 'mapped-address', ...address };
    }
    case ATTRIBUTE_CODE['xor-mapped-address']: {
      const address = parseXorAddressValue(value, transactionId);
      return address && { type: 'xor-mapped-address', ...address };
    }
    case ATTRIBUTE_CODE['error-code']:
      return parseErrorCode(value);
    case ATTRIBUTE_CODE['unknown-attributes']:
      return parseUnknownAttributes(value);
    case ATTRIBUTE_CODE.priority:
      return value.length === 4 ? { type: 'priority', value: viewOf(value).getUint32(0) } : undefined;
    case ATTRIBUTE_CODE['use-candidate']:
      return value.length === 0 ? { type: 'use-candidate' } : undefined;
    case ATTRIBUTE_CODE['ice-controlled']:
      return value.length === 8 ? { type: 'ice-controlled', tieBreaker: viewOf(value).getBigUint64(0) } : undefined;
    case ATTRIBUTE_CODE['ice-controlling']:
      return value.length === 8 ? { type: 'ice-controlling', tieBreaker: viewOf(value).getBigUint64(0) } : undefined;
    default:
      return { type: 'unknown', code, value: value.slice() };
  }
}

/** The attribute's type and value as bytes, without header and padding. Throws on values out of range. */
export function writeAttribute(
  attribute: StunAttribute,
  transactionId: Uint8Array,
): { code: number; value: Uint8Array } {
  if (attribute.type === 'unknown') return { code: attribute.code, value: attribute.value };
  return { code: ATTRIBUTE_CODE[attribute.type], value: writeValue(attribute, transactionId) };
}

function writeValue(attribute: Exclude<StunAttribute, { type: 'unknown' }>, transactionId: Uint8Array): Uint8Array {
  switch (attribute.type) {
    case 'username':
    case 'software':
      return Buffer.from(attribute.value, 'utf8');
    case 'mapped-address':
      return writeAddressValue(attribute);
    case 'xor-mapped-address':
      return writeXorAddressValue(attribute, transactionId);
    case 'error-code':
      return writeErrorCode(attribute);
    case 'unknown-attributes':
      return writeNumbers(2 * attribute.codes.length, (view) => {
        for (const [index, code] of attribute.codes.entries()) view.setUint16(2 * index, code);
      });
    case 'priority':
      return writeNumbers(4, (view) => view.setUint32(0, attribute.value));
    case 'use-candidate':
      return new Uint8Array(0);
    case 'ice-controlled':
    case 'ice-controlling':
      return writeNumbers(8, (view) => view.setBigUint64(0, attribute.tieBreaker));
  }
}

/** RFC 8489 14.8: 21 reserved bits, the hundreds in 3 bits, the rest in 8 bits, the reason phrase. */
function parseErrorCode(value: Uint8Array): StunAttribute | undefined {
  if (value.length < 4) return undefined;
  const hundreds = (value[2] ?? 0) & 7;
  const rest = value[3] ?? 0;
  if (hundreds < 3 || hundreds > 6 || rest > 99) return undefined;
  return { type: 'error-code', code: 100 * hundreds + rest, reason: decodeText(value.subarray(4)) };
}

function writeErrorCode({ code, reason }: { code: number; reason: string }): Uint8Array {
  if (code < 300 || code > 699) throw new RangeError('A STUN error code is 300 to 699');
  return Buffer.concat([Uint8Array.of(0, 0, Math.floor(code / 100), code % 100), Buffer.from(reason, 'utf8')]);
}

function parseUnknownAttributes(value: Uint8Array): StunAttribute | undefined {
  if (value.length % 2 !== 0) return undefined;
  const view = viewOf(value);
  const codes = Array.from({ length: value.length / 2 }, (_, index) => view.getUint16(2 * index));
  return { type: 'unknown-attributes', codes };
}

function writeNumbers(length: number, fill: (view: DataView) => void): Uint8Array {
  const value = new Uint8Array(length);
  fill(viewOf(value));
  return value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** UTF-8 as text, malformed sequences as U+FFFD. TextDecoder would swallow a byte order mark. */
export function decodeText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
