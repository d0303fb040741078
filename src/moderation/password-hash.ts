/** Passwords as they are kept: scrypt (RFC 7914) with a salt of their own. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** About 50 ms and 16 MB for a guess. */
const COST = { N: 16_384, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** Nobody types more; a longer text is not worth the time. */
export const LONGEST_PASSWORD = 128;

/** A text that tells a right password from a wrong one, and not what it is. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether this is the password that was hashed; false for a hash of another kind. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [kind, n, r, p, salt, key] = hash.split('$');
  const isOurs = kind === 'scrypt' && Number(n) === COST.N && Number(r) === COST.r && Number(p) === COST.p;
  if (!isOurs || salt === undefined || key === undefined || password.length > LONGEST_PASSWORD) return false;
  const wanted = Buffer.from(key, 'base64url');
  const given = await derive(password, Buffer.from(salt, 'base64url'));
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, COST, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
