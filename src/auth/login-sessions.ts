/** Who has logged in, told by a cookie that this server signs (a JWT, HS256) and nobody else can. */
import { hkdfSync, randomBytes } from 'node:crypto';
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

/** What a cookie tells. */
export interface LoginClaims extends TokenClaims {
  /** Names the login. */
  login: string;
}

/** The logins that people have ended before their time. */
export interface EndedLogins {
  has(login: string): boolean;
  /** Keeps it until the cookie would have expired: milliseconds since the epoch. */
  add(login: string, expiresAt: number): void;
}

/** Tells these tokens from others with the same key. */
const AUDIENCE = 'login';
const KEY_BYTES = 32;
const ID_BYTES = 16;

export class LoginSessions {
  readonly #key: Uint8Array;
  readonly #lifetime: number;
  readonly #ended: EndedLogins;

  /** The key comes from a secret, so that logins outlive a restart; `lifetime` in milliseconds. */
  constructor(secret: string, lifetime: number, ended: EndedLogins) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, 'live-webrtc', 'login sessions', KEY_BYTES));
    this.#lifetime = lifetime;
    this.#ended = ended;
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
      .setJti(randomBytes(ID_BYTES).toString('base64url'))
      .setAudience(AUDIENCE)
      .setExpirationTime(Math.floor((now + this.#lifetime) / 1000))
      .sign(this.#key);
  }

  /** What a cookie tells; undefined where it is none of this server, has expired, or its login has been ended. */
  async read(cookie: string): Promise<LoginClaims | undefined> {
    try {
      const options = { algorithms: ['HS256'], audience: AUDIENCE, requiredClaims: ['exp', 'sub', 'jti'] };
      const { payload } = await jwtVerify(cookie, this.#key, options);
      const { sub, jti = '', name, exp = 0, memberships } = payload;
      if (this.#ended.has(jti)) return undefined;
      return {
        subject: sub,
        name: typeof name === 'string' ? name : undefined,
        grants: grantsOf(readMemberships(memberships)),
        expiresAt: exp * 1000,
        login: jti,
      };
    } catch {
      return undefined;
    }
  }

  /** Ends the login of a cookie, whoever else has a copy of it, and returns its name; undefined where there is none. */
  async end(cookie: string): Promise<string | undefined> {
    const claims = await this.read(cookie);
    if (claims !== undefined) this.#ended.add(claims.login, claims.expiresAt);
    return claims?.login;
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
