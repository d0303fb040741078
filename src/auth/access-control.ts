/** Who may do what: the tokens of AUTH_TOKEN and ROOM_TOKENS. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request wants to use. */
export type AccessTarget =
  /** The server as a whole: the list of rooms, say. */
  | { kind: 'server' }
  /** Publishing, playing and everything that belongs to it. */
  | { kind: 'room'; room: string }
  /** What goes on in a room: also for those who may use the server as a whole. */
  | { kind: 'room-statistics'; room: string }
  /** Something that every good token opens. */
  | { kind: 'anything' };

/** 'unauthorized': no token or a wrong one. 'forbidden': a good token that is meant for something else. */
export type AccessVerdict = 'granted' | 'unauthorized' | 'forbidden';

export interface AccessTokens {
  /** Token for everything but the rooms that have their own; empty where none is needed. */
  authToken: string;
  /** Tokens of single rooms, by the room's name. */
  roomTokens: ReadonlyMap<string, string>;
}

interface KnownToken {
  digest: Buffer;
  /** Undefined for the token of the whole server. */
  room: string | undefined;
}

/** What the tokens of a request are good for. */
interface Rights {
  server: boolean;
  rooms: ReadonlySet<string>;
}

/** Judges tokens. The time it takes tells nothing about the tokens that are configured. */
export class AccessControl {
  readonly #known: readonly KnownToken[];
  readonly #roomsWithToken: ReadonlySet<string>;
  readonly #isServerOpen: boolean;

  constructor({ authToken, roomTokens }: AccessTokens) {
    const known = [...roomTokens].map(([room, token]): KnownToken => ({ digest: digest(token), room }));
    if (authToken !== '') known.push({ digest: digest(authToken), room: undefined });
    this.#known = known;
    this.#roomsWithToken = new Set(roomTokens.keys());
    this.#isServerOpen = authToken === '';
  }

  /** Whether no token is configured. */
  get isOpen(): boolean {
    return this.#known.length === 0;
  }

  /** Judges a request with these tokens, any of which may grant it. */
  check(tokens: readonly string[], target: AccessTarget): AccessVerdict {
    if (this.isOpen) return 'granted';
    const rights = this.#rightsOf(tokens);
    if (this.#grants(rights, target)) return 'granted';
    return rights.server || rights.rooms.size > 0 ? 'forbidden' : 'unauthorized';
  }

  /** Tells which rooms these tokens open. */
  roomsOf(tokens: readonly string[]): (room: string) => boolean {
    if (this.isOpen) return () => true;
    const rights = this.#rightsOf(tokens);
    return (room) => this.#grants(rights, { kind: 'room', room });
  }

  #grants(rights: Rights, target: AccessTarget): boolean {
    const usesServer = this.#isServerOpen || rights.server;
    switch (target.kind) {
      case 'server':
        return usesServer;
      case 'room':
        return this.#roomsWithToken.has(target.room) ? rights.rooms.has(target.room) : usesServer;
      case 'room-statistics': {
        const isOpen = this.#isServerOpen && !this.#roomsWithToken.has(target.room);
        return isOpen || rights.server || rights.rooms.has(target.room);
      }
      case 'anything':
        return usesServer || rights.rooms.size > 0;
    }
  }

  #rightsOf(tokens: readonly string[]): Rights {
    const digests = tokens.map(digest);
    const rooms = new Set<string>();
    let server = false;
    for (const known of this.#known) {
      for (const given of digests) {
        if (!timingSafeEqual(known.digest, given)) continue;
        if (known.room === undefined) server = true;
        else rooms.add(known.room);
      }
    }
    return { server, rooms };
  }
}

/** Whether two secrets are the same, in a time that does not tell how far they agree. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Digests have one length, which timingSafeEqual wants, whatever the token's is. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
