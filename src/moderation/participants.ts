/** Who is in which session: what a session's request told, for as long as the session lasts. */
import type { SessionRole } from '../sfu/room-service.ts';

export interface Participant {
  /** A secret: who knows it can end the session. */
  sessionId: string;
  /** Names them to others, for as long as the session lasts. */
  id: string;
  room: string;
  role: SessionRole;
  /** Names a person for good; undefined of guests and of tokens that name nobody. */
  subject: string | undefined;
  /** To be shown. */
  name: string | undefined;
  address: string;
  /** No ban is for them. */
  isAdmin: boolean;
  userAgent: string | undefined;
  /** Milliseconds since the epoch after which the session may not go on; undefined where it may. */
  endsAt: number | undefined;
}

export class Participants {
  readonly #all = new Map<string, Participant>();

  /** A session was opened. */
  add(participant: Participant): void {
    this.#all.set(participant.sessionId, participant);
  }

  /** A session has ended. */
  remove(sessionId: string): void {
    this.#all.delete(sessionId);
  }

  get(sessionId: string): Participant | undefined {
    return this.#all.get(sessionId);
  }

  /** Everybody, or everybody in a room. */
  list(room?: string): Participant[] {
    const all = [...this.#all.values()];
    return room === undefined ? all : all.filter((participant) => participant.room === room);
  }

  /** Sessions that may not go on any more. Milliseconds since the epoch. */
  ended(now: number): Participant[] {
    return this.list().filter(({ endsAt }) => endsAt !== undefined && endsAt <= now);
  }
}
