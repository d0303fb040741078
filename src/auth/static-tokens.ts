/** The tokens of the settings: AUTH_TOKEN, ROOM_TOKENS and ADMIN_TOKEN. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { actionsOf } from './actions.ts';
import type { Grant } from './identity.ts';

export interface StaticTokenOptions {
  /** Token for every room but those that have their own; empty where there is none. */
  authToken: string;
  /** Tokens of single rooms, by the room's name. */
  roomTokens: ReadonlyMap<string, string>;
  /** Token for everything; empty where there is none. */
  adminToken: string;
}

interface KnownToken {
  digest: Buffer;
  grants: readonly Grant[];
}

/** Knows what each token of the settings is good for. The time it takes tells nothing about them. */
export class StaticTokens {
  readonly #known: readonly KnownToken[];
  readonly #hasAdmin: boolean;

  constructor({ authToken, roomTokens, adminToken }: StaticTokenOptions) {
    const known = [...roomTokens].map(([room, token]) => ({ digest: digest(token), grants: [roomGrant(room)] }));
    if (authToken !== '') known.push({ digest: digest(authToken), grants: serverGrants(new Set(roomTokens.keys())) });
    if (adminToken !== '') {
      known.push({ digest: digest(adminToken), grants: [{ actions: actionsOf('admin'), rooms: { kind: 'all' } }] });
    }
    this.#known = known;
    this.#hasAdmin = adminToken !== '';
  }

  /** Whether one of them opens the admin API. */
  get hasAdmin(): boolean {
    return this.#hasAdmin;
  }

  /** What a token is good for; undefined where it is none of these. */
  grantsOf(token: string): readonly Grant[] | undefined {
    const given = digest(token);
    const matching = this.#known.filter((known) => timingSafeEqual(known.digest, given));
    return matching.length === 0 ? undefined : matching.flatMap(({ grants }) => grants);
  }
}

/** What AUTH_TOKEN opens: not the rooms with tokens of their own, but what goes on there can be seen. */
function serverGrants(roomsWithToken: ReadonlySet<string>): Grant[] {
  return [
    { actions: actionsOf('publisher'), rooms: { kind: 'all-but', names: roomsWithToken } },
    { actions: new Set(['list-rooms', 'see-statistics']), rooms: { kind: 'all' } },
  ];
}

function roomGrant(room: string): Grant {
  const actions = new Set(actionsOf('publisher'));
  actions.delete('list-rooms');
  return { actions, rooms: { kind: 'some', names: new Set([room]), prefixes: [] } };
}

/** Whether two secrets are the same, in a time that does not tell how far they agree. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Digests have one length, which timingSafeEqual wants, whatever the token's is. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
