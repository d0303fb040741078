/** JSON Web Tokens that this server signs for others to use here. */
import { SignJWT } from 'jose';
import { ServiceError } from '../errors.ts';
import type { Role } from './actions.ts';

export interface TokenMinterOptions {
  /** JWT_SECRET; empty where there is none. */
  secret: string;
  /** What the tokens say of their origin and purpose; empty for nothing. */
  issuer: string;
  audience: string;
}

export interface TokenRequest {
  role: Role;
  /** Names of rooms, or what {@link parseRoomScope} takes besides. */
  rooms: readonly string[];
  /** Milliseconds. */
  lifetime: number;
  subject: string | undefined;
  name: string | undefined;
}

export interface MintedToken {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export class TokenMinter {
  readonly #options: TokenMinterOptions;

  constructor(options: TokenMinterOptions) {
    this.#options = options;
  }

  /** Signs a token. `now` is in milliseconds since the epoch. Rejects with minting_off where there is no secret. */
  async mint({ role, rooms, lifetime, subject, name }: TokenRequest, now: number): Promise<MintedToken> {
    const { secret, issuer, audience } = this.#options;
    if (secret === '') throw new ServiceError('minting_off');
    const expiry = Math.ceil((now + lifetime) / 1000);
    const [room] = rooms;
    const claims = { role, room: rooms.length === 1 ? room : rooms, ...(name === undefined ? {} : { name }) };
    const token = new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(expiry);
    if (subject !== undefined) token.setSubject(subject);
    if (issuer !== '') token.setIssuer(issuer);
    if (audience !== '') token.setAudience(audience);
    return { token: await token.sign(new TextEncoder().encode(secret)), expiresAt: expiry * 1000 };
  }
}
