/** Turns the tokens of a request into who sends it. */
import { actionsOf, type Role } from './actions.ts';
import type { Grant, Identity } from './identity.ts';
import type { JsonWebTokens, TokenClaims } from './json-web-tokens.ts';
import type { LoginSessions } from './login-sessions.ts';
import type { StaticTokens } from './static-tokens.ts';

export interface AuthenticatorOptions {
  tokens: StaticTokens;
  jsonWebTokens: JsonWebTokens;
  /** Undefined where nobody can log in. */
  logins: LoginSessions | undefined;
  /** What everybody may be, in all rooms without a token of their own; undefined for nothing. */
  guestRole: Role | undefined;
  /** Rooms where ROOM_TOKENS has a token. */
  roomsWithToken: ReadonlySet<string>;
  /** Whether the settings of a room keep guests out; asked each time, for these may change. */
  isClosedToGuests?: (room: string) => boolean;
}

export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #guest: Identity;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    this.#guest = {
      isKnown: false,
      subject: undefined,
      name: undefined,
      grants: guestGrants(options),
      expiresAt: undefined,
      login: undefined,
      fault: undefined,
    };
  }

  /** Whether nothing but the admin API needs a token. */
  get isOpen(): boolean {
    return this.#options.guestRole === 'publisher' && this.#options.roomsWithToken.size === 0;
  }

  /** Whether somebody can be an admin at all. */
  get hasAdmins(): boolean {
    const { tokens, jsonWebTokens, logins } = this.#options;
    return tokens.hasAdmin || !jsonWebTokens.isEmpty || logins !== undefined;
  }

  /**
   * Who sends these tokens, and the cookie of a login, with the rights of all of them and of a guest. What belongs to
   * another person than the first that is named adds nothing: nobody hides behind somebody else's name. Rejects with a
   * ServiceError where that cannot be told at present (key_set_unavailable).
   */
  async identify(tokens: readonly string[], cookie?: string): Promise<Identity> {
    let identity = this.#guest;
    for (const token of tokens) identity = await this.#add(identity, token);
    const login = cookie === undefined ? undefined : await this.#options.logins?.read(cookie);
    return login === undefined ? identity : join(identity, login, login.login);
  }

  async #add(identity: Identity, token: string): Promise<Identity> {
    const grants = this.#options.tokens.grantsOf(token);
    if (grants !== undefined) return { ...identity, isKnown: true, grants: [...identity.grants, ...grants] };
    if (this.#options.jsonWebTokens.isEmpty) return identity;
    const result = await this.#options.jsonWebTokens.read(token);
    if (result === undefined) return identity;
    return result.ok ? join(identity, result.claims) : { ...identity, fault: identity.fault ?? result.fault };
  }
}

function join(identity: Identity, claims: TokenClaims, login?: string): Identity {
  const { subject } = identity;
  if (subject !== undefined && claims.subject !== undefined && subject !== claims.subject) return identity;
  return {
    isKnown: true,
    subject: identity.subject ?? claims.subject,
    name: identity.name ?? claims.name,
    grants: [...identity.grants, ...claims.grants],
    expiresAt: Math.min(identity.expiresAt ?? Number.POSITIVE_INFINITY, claims.expiresAt),
    login: login ?? identity.login,
    fault: identity.fault,
  };
}

function guestGrants(options: AuthenticatorOptions): Grant[] {
  const { guestRole, roomsWithToken, isClosedToGuests = () => false } = options;
  if (guestRole === undefined) return [];
  const closed = { has: (room: string) => roomsWithToken.has(room) || isClosedToGuests(room) };
  const actions = new Set(actionsOf(guestRole));
  actions.delete('list-rooms');
  return [
    { actions, rooms: { kind: 'all-but', names: closed } },
    // The list shows no more than what is on.
    { actions: new Set(['list-rooms']), rooms: { kind: 'all' } },
  ];
}
