import type { IceCredentials } from '../protocol/sdp/types.ts';

/** RFC 8839 5.1: ice-char. 64 of them, so 6 bits of a random byte choose one without bias. */
const ICE_CHARS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** 48 bits. Twice what RFC 8445 5.3 asks for, because a worker finds its peers by this name. */
const UFRAG_CHARS = 8;
/** 144 bits; RFC 8445 5.3 asks for 128. */
const PASSWORD_CHARS = 24;

/** How many random bytes {@link createIceCredentials} uses. */
export const ICE_CREDENTIALS_RANDOM_BYTES = UFRAG_CHARS + PASSWORD_CHARS;

/** Makes a username fragment and password of at least ICE_CREDENTIALS_RANDOM_BYTES cryptographically random bytes. */
export function createIceCredentials(randomBytes: Uint8Array): IceCredentials {
  if (randomBytes.length < ICE_CREDENTIALS_RANDOM_BYTES) {
    throw new RangeError(`ICE credentials need ${ICE_CREDENTIALS_RANDOM_BYTES} random bytes`);
  }
  const characters = Array.from(randomBytes.subarray(0, ICE_CREDENTIALS_RANDOM_BYTES), (byte) =>
    ICE_CHARS.charAt(byte % ICE_CHARS.length),
  );
  return { ufrag: characters.slice(0, UFRAG_CHARS).join(''), password: characters.slice(UFRAG_CHARS).join('') };
}
