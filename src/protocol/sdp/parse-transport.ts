/** ICE credentials (RFC 8839), certificate fingerprints (RFC 8122) and the DTLS role (RFC 8842) of a section. */
import { attributeValues } from './description.ts';
import type { Attributes } from './description.ts';
import { malformed, unservable } from './refusal.ts';
import type { IceCredentials, Offer, SdpResult } from './types.ts';

/** RFC 8839 5.4. Its ice-char is letters, digits, '+' and '/'; clients in use also write '-', '_', '=', '#' and '.'. */
const UFRAG = /^[A-Za-z0-9+/\-_=#.]{4,256}$/;
const PASSWORD = /^[A-Za-z0-9+/\-_=#.]{22,256}$/;

/** Hash functions of RFC 8122 5 in order of strength, with their length in bytes. MD5 and MD2 are forbidden there. */
const HASHES = new Map([
  ['sha-512', 64],
  ['sha-384', 48],
  ['sha-256', 32],
  ['sha-224', 28],
  ['sha-1', 20],
]);

const HASH_NAME = /^[a-z0-9-]+$/;

/** ICE credentials of one section; undefined where it has neither line. */
export function parseIceCredentials(section: Attributes): SdpResult<IceCredentials | undefined> {
  const ufrag = attributeValues(section, 'ice-ufrag')[0];
  const password = attributeValues(section, 'ice-pwd')[0];
  if (ufrag === undefined && password === undefined) return { ok: true, value: undefined };
  if (ufrag === undefined || password === undefined) {
    return malformed('a=ice-ufrag and a=ice-pwd come together in one section.');
  }
  if (!UFRAG.test(ufrag)) return malformed('a=ice-ufrag must have 4 to 256 letters, digits, "+" or "/".');
  if (!PASSWORD.test(password)) return malformed('a=ice-pwd must have 22 to 256 letters, digits, "+" or "/".');
  return { ok: true, value: { ufrag, password } };
}

/** The fingerprint of the strongest known hash in one section; undefined where it has none at all. */
export function parseFingerprint(section: Attributes): SdpResult<Offer['fingerprint'] | undefined> {
  const values = attributeValues(section, 'fingerprint');
  if (values.length === 0) return { ok: true, value: undefined };
  const offered = new Map<string, Uint8Array>();
  for (const value of values) {
    const space = Math.max(value.indexOf(' '), 0);
    const algorithm = value.slice(0, space).toLowerCase();
    const expected = HASHES.get(algorithm);
    let start = space;
    while (value[start] === ' ') start++;
    const bytes = parseHexPairs(value, start);
    if (bytes === undefined || (expected === undefined && !HASH_NAME.test(algorithm))) {
      return malformed('a=fingerprint must be a hash function and pairs of hexadecimal digits.');
    }
    if (expected === undefined) continue;
    if (bytes.length !== expected) return malformed(`A ${algorithm} fingerprint has ${expected} bytes.`);
    if (!offered.has(algorithm)) offered.set(algorithm, bytes);
  }
  for (const algorithm of HASHES.keys()) {
    const value = offered.get(algorithm);
    if (value !== undefined) return { ok: true, value: { algorithm, value } };
  }
  return unservable('No fingerprint uses a known hash function; sha-256 is the usual one.');
}

/** The bytes of 'AB:0f:...' from here to the end; undefined where it is something else. */
function parseHexPairs(text: string, start: number): Uint8Array | undefined {
  const count = (text.length - start + 1) / 3;
  if (!Number.isInteger(count) || count < 1) return undefined;
  const bytes = new Uint8Array(count);
  for (let index = 0, at = start; index < count; index++, at += 3) {
    const high = hexDigit(text.charCodeAt(at));
    const low = hexDigit(text.charCodeAt(at + 1));
    if (high < 0 || low < 0 || (index + 1 < count && text[at + 2] !== ':')) return undefined;
    bytes[index] = (high << 4) | low;
  }
  return bytes;
}

/** The value of a hexadecimal digit's character code, or -1. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The DTLS role that one section offers; undefined where it names none. */
export function parseSetup(section: Attributes): SdpResult<Offer['setup'] | undefined> {
  const value = attributeValues(section, 'setup')[0];
  switch (value) {
    case undefined:
    case 'actpass':
    case 'active':
    case 'passive':
      return { ok: true, value };
    default:
      return malformed('a=setup must be actpass, active or passive in an offer.');
  }
}
