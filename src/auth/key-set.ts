/** The public keys of a signer (RFC 7517), read from a URL. */
import { createRemoteJWKSet, errors } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { ServiceError } from '../errors.ts';

/** Milliseconds for the key set's answer. */
const TIMEOUT = 5000;
/** A key that is not in the set is looked for again after so many milliseconds: signers change their keys. */
const COOLDOWN = 10_000;
/** The set is read again after so many milliseconds, so that a key that its signer has withdrawn opens nothing any more. */
const REFRESH_INTERVAL = 600_000;
/** While it cannot be read, the keys that are known are good for so long: milliseconds. */
const LONGEST_AGE = 86_400_000;

/**
 * Finds the key of a token. Rejects with a ServiceError (key_set_unavailable) where the set cannot be read, and with an
 * error of jose where the set has no such key.
 */
export function remoteKeySet(url: string): JWTVerifyGetKey {
  const keySet = createRemoteJWKSet(new URL(url), {
    timeoutDuration: TIMEOUT,
    cooldownDuration: COOLDOWN,
    cacheMaxAge: LONGEST_AGE,
  });
  let refreshAt = 0;
  const refresh = (): void => {
    const now = Date.now();
    if (now < refreshAt) return;
    refreshAt = now + REFRESH_INTERVAL;
    // Nobody waits for it; those who need a key that is not there find out by themselves.
    keySet.reload().catch(() => (refreshAt = Date.now() + COOLDOWN));
  };
  return async (header, input) => {
    refresh();
    try {
      return await keySet(header, input);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new ServiceError('key_set_unavailable', { cause: error });
    }
  };
}
