/** JSON Web Tokens (RFC 7519) that another program, or this server, has signed. */
import { errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { ServiceError } from '../errors.ts';
import { actionsOf, parseRole, type Role } from './actions.ts';
import type { Grant } from './identity.ts';
import { remoteKeySet } from './key-set.ts';
import { parseRoomScope, type RoomScope } from './room-scope.ts';

export interface JsonWebTokenOptions {
  /** Key of HS256, at least 32 bytes (RFC 7518 3.2); empty where there is none. */
  secret: string;
  /** Where the public keys of the signer are (RFC 7517); empty where there are none. */
  keySetUrl: string;
  /** The `iss` and one of the `aud` that tokens must have; empty for any. */
  issuer: string;
  audience: string;
}

/** What a good token says. */
export interface TokenClaims {
  subject: string | undefined;
  name: string | undefined;
  grants: readonly Grant[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

export type TokenResult = { ok: true; claims: TokenClaims } | { ok: false; fault: string };

/** Signatures by a private key. A shared secret is never checked against what is public (RFC 8725 3.1). */
const PUBLIC_KEY_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Clocks of two machines may differ by so many seconds. */
const CLOCK_TOLERANCE = 5;
const NAME_LENGTH = 64;
/** The last moment that a Date can be (ECMA-262 21.4.1.1). */
const LAST_MOMENT = 8.64e15;

/** What verifies a token of one kind of algorithm. */
interface Verifier {
  key: Uint8Array | JWTVerifyGetKey;
  algorithms: string[];
}

export class JsonWebTokens {
  readonly #verifiers: readonly Verifier[];
  readonly #options: JsonWebTokenOptions;

  constructor(options: JsonWebTokenOptions) {
    this.#options = options;
    const verifiers: Verifier[] = [];
    if (options.secret !== '') verifiers.push({ key: new TextEncoder().encode(options.secret), algorithms: ['HS256'] });
    if (options.keySetUrl !== '') {
      verifiers.push({ key: remoteKeySet(options.keySetUrl), algorithms: PUBLIC_KEY_ALGORITHMS });
    }
    this.#verifiers = verifiers;
  }

  /** Whether no token can be good. */
  get isEmpty(): boolean {
    return this.#verifiers.length === 0;
  }

  /**
   * Reads a token; undefined where it is no JWT at all. Throws a ServiceError (key_set_unavailable) where the keys
   * cannot be had.
   */
  async read(token: string): Promise<TokenResult | undefined> {
    const algorithm = algorithmOf(token);
    if (algorithm === undefined) return undefined;
    const verifier = this.#verifiers.find(({ algorithms }) => algorithms.includes(algorithm));
    if (verifier === undefined) return { ok: false, fault: 'The token is signed in a way that is not accepted here.' };
    try {
      return readClaims(await this.#verify(token, verifier));
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      return { ok: false, fault: describeFault(error) };
    }
  }

  async #verify(token: string, { key, algorithms }: Verifier): Promise<JWTPayload> {
    const { issuer, audience } = this.#options;
    const options = {
      algorithms,
      clockTolerance: CLOCK_TOLERANCE,
      requiredClaims: ['exp'],
      ...(issuer === '' ? {} : { issuer }),
      ...(audience === '' ? {} : { audience }),
    };
    if (key instanceof Uint8Array) return (await jwtVerify(token, key, options)).payload;
    return (await jwtVerify(token, key, options)).payload;
  }
}

/** What the header names; undefined where the text is no compact JWS (RFC 7515 7.1). */
function algorithmOf(token: string): string | undefined {
  const [header, , signature, ...others] = token.split('.');
  if (header === undefined || signature === undefined || others.length > 0) return undefined;
  try {
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg?: unknown };
    return typeof alg === 'string' ? alg : undefined;
  } catch {
    return undefined;
  }
}

/** What a signer has put into a token: nothing but `exp` has been looked at. */
type Claims = Pick<JWTPayload, 'exp'> & Partial<Record<'sub' | 'name' | 'role' | 'room', unknown>>;

function readClaims({ sub, name, role, room, exp }: Claims): TokenResult {
  const roles = (Array.isArray(role) ? role : [role]).map(parseRole);
  if (roles.length === 0 || roles.includes(undefined)) {
    return { ok: false, fault: 'The token\'s "role" must be viewer, publisher, moderator or admin.' };
  }
  const isAdmin = roles.includes('admin');
  const rooms: RoomScope | undefined = room === undefined && isAdmin ? { kind: 'all' } : parseRoomScope(room);
  if (rooms === undefined || exp === undefined) {
    return { ok: false, fault: 'The token\'s "room" must be the name of a room, a list of names, or end with "*".' };
  }
  // Bans and lists of publishers name people by text: a number would be nobody whom they mean.
  if (sub !== undefined && (typeof sub !== 'string' || sub === '')) {
    return { ok: false, fault: 'The token\'s "sub" must be a text that is not empty.' };
  }
  const known = roles.filter((one): one is Role => one !== undefined);
  return {
    ok: true,
    claims: {
      subject: sub,
      name: typeof name === 'string' ? name.slice(0, NAME_LENGTH) : undefined,
      grants: known.map((one) => ({ actions: actionsOf(one), rooms: one === 'admin' ? { kind: 'all' } : rooms })),
      expiresAt: Math.min(exp * 1000, LAST_MOMENT),
    },
  };
}

function describeFault(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `The token has no "${error.claim}".`;
    if (error.claim === 'nbf') return 'The token is not good yet.';
    return `The token's "${error.claim}" is not the one that is wanted here.`;
  }
  return "The token's signature is not valid.";
}
