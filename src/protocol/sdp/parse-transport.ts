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
    const match = /^([A-Za-z0-9-]+) +([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*)$/.exec(value);
    if (match === null) return malformed('a=fingerprint must be a hash function and pairs of hexadecimal digits.');
    const algorithm = (match[1] ?? '').toLowerCase();
    const bytes = Uint8Array.from((match[2] ?? '').split(':'), (pair) => Number.parseInt(pair, 16));
    const expected = HASHES.get(algorithm);
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
