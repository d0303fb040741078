/** Links that open one recorded file for a while, for players that cannot send a token. */
import { createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** How long a link opens its file: seconds. Longer than most recordings, as a player asks again while it plays. */
export const LINK_LIFETIME = 6 * 3600;

const KEY_BYTES = 32;

export type LinkVerdict = 'valid' | 'expired' | 'altered';

/** What a link carries in its query. */
export interface LinkSignature {
  /** Seconds since the epoch, in decimal digits. */
  expires: string;
  /** HMAC-SHA256 in base64url. */
  signature: string;
}

/** Signs and checks links. `now` is in milliseconds since the epoch. */
export class SignedLinks {
  readonly #key: Buffer;

  constructor(key: Buffer = randomBytes(KEY_BYTES)) {
    this.#key = key;
  }

  /** Signs the link to a file. */
  sign(name: string, now: number): LinkSignature {
    const expires = String(Math.floor(now / 1000) + LINK_LIFETIME);
    return { expires, signature: this.#mac(name, expires).toString('base64url') };
  }

  /** Judges the link to a file, in a time that does not tell how far the signature is right. */
  check(name: string, { expires, signature }: LinkSignature, now: number): LinkVerdict {
    const expected = this.#mac(name, expires);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'altered';
    return Number(expires) * 1000 > now ? 'valid' : 'expired';
  }

  #mac(name: string, expires: string): Buffer {
    return createHmac('sha256', this.#key).update(`${expires}\n${name}`).digest();
  }
}

/**
 * A key that outlives restarts and changes with the tokens. A link shows what the key signed: scrypt makes it dear to
 * try tokens against that.
 */
export function linkKeyOf(tokens: readonly string[]): Buffer {
  return scryptSync(JSON.stringify(tokens), 'live-webrtc recording links', KEY_BYTES);
}
