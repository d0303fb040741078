/** Who has logged in, told by a cookie that this server signs (a JWT, HS256) and nobody else can. */
import { hkdfSync } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { parseRole } from './actions.ts';
import type { TokenClaims } from './json-web-tokens.ts';
import { grantsOf, type Membership } from './role-mapping.ts';

export interface Person {
  /** Names the person for good: the issuer's `sub`. */
  subject: string;
  name: string | undefined;
  memberships: readonly Membership[];
}

/** Tells these tokens from others with the same key. */
const AUDIENCE = 'login';
const KEY_BYTES = 32;

export class LoginSessions {
  readonly #key: Uint8Array;
  readonly #lifetime: number;

  /** The key comes from a secret, so that logins outlive a restart; `lifetime` in milliseconds. */
  constructor(secret: string, lifetime: number) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, 'live-webrtc', 'login sessions', KEY_BYTES));
    this.#lifetime = lifetime;
  }

  /** How long a login lasts, ms. */
  get lifetime(): number {
    return this.#lifetime;
  }

  /** The cookie of somebody who has just logged in; `now` in milliseconds since the epoch. */
  sign({ subject, name, memberships }: Person, now: number): Promise<string> {
    return new SignJWT({ memberships, ...(name === undefined ? {} : { name }) })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(subject)
      .setAudience(AUDIENCE)
      .setExpirationTime(Math.floor((now + this.#lifetime) / 1000))
      .sign(this.#key);
  }

  /** What a cookie tells; undefined where it is none of this server, or has expired. */
  async read(cookie: string): Promise<TokenClaims | undefined> {
    try {
      const options = { algorithms: ['HS256'], audience: AUDIENCE, requiredClaims: ['exp', 'sub'] };
      const { payload } = await jwtVerify(cookie, this.#key, options);
      const { sub, name, exp = 0, memberships } = payload;
      return {
        subject: sub,
        name: typeof name === 'string' ? name : undefined,
        grants: grantsOf(readMemberships(memberships)),
        expiresAt: exp * 1000,
      };
    } catch {
      return undefined;
    }
  }
}

/** A role that another version of the server knew lets do nothing. */
function readMemberships(claim: unknown): Membership[] {
  if (!Array.isArray(claim)) return [];
  return claim.flatMap((one: { role?: unknown; rooms?: unknown } | null) => {
    const role = parseRole(one?.role);
    const rooms: unknown = one?.rooms;
    if (role === undefined || !Array.isArray(rooms)) return [];
    return [{ role, rooms: rooms.filter((room) => typeof room === 'string') }];
  });
}
