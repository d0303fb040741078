/** The sessions of all workers, and which worker each room is on. */
import type { SessionRole } from '../sfu/room-service.ts';
import type { RoomLoad } from './room-limits.ts';

export interface RegisteredSession<Slot> {
  readonly slot: Slot;
  readonly room: string;
  readonly role: SessionRole;
  /** Undefined until the worker has answered the offer. */
  tag: string | undefined;
}

/** A room is on one worker for as long as it has sessions. */
interface OpenRoom<Slot> {
  slot: Slot;
  publishers: number;
  subscribers: number;
}

/** Finds sessions by id and rooms by name, and counts them. */
export class SessionRegistry<Slot> {
  readonly #sessions = new Map<string, RegisteredSession<Slot>>();
  readonly #rooms = new Map<string, OpenRoom<Slot>>();
  #publishers = 0;
  #subscribers = 0;

  /** How many sessions there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** How many there are of each. */
  counts(): { rooms: number; publishers: number; subscribers: number } {
    return { rooms: this.#rooms.size, publishers: this.#publishers, subscribers: this.#subscribers };
  }

  get(sessionId: string): RegisteredSession<Slot> | undefined {
    return this.#sessions.get(sessionId);
  }

  /** The worker that a room is on; undefined where it is not open. */
  slotOf(room: string): Slot | undefined {
    return this.#rooms.get(room)?.slot;
  }

  add(sessionId: string, session: RegisteredSession<Slot>): void {
    this.#sessions.set(sessionId, session);
    const room = this.#rooms.get(session.room) ?? { slot: session.slot, publishers: 0, subscribers: 0 };
    this.#rooms.set(session.room, room);
    this.#count(room, session.role, 1);
  }

  /** Forgets a session and returns it; undefined where there is none. */
  remove(sessionId: string): RegisteredSession<Slot> | undefined {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return undefined;
    this.#sessions.delete(sessionId);
    const room = this.#rooms.get(session.room);
    if (room === undefined) return session;
    this.#count(room, session.role, -1);
    if (room.publishers + room.subscribers === 0) this.#rooms.delete(session.room);
    return session;
  }

  /** Ids of the sessions on a worker that have been answered. */
  idsOn(slot: Slot): string[] {
    return [...this.#sessions].filter(([, one]) => one.slot === slot && one.tag !== undefined).map(([id]) => id);
  }

  /** How many sessions a worker has. */
  sessionsOn(slot: Slot): number {
    let sessions = 0;
    for (const room of this.#rooms.values()) if (room.slot === slot) sessions += room.publishers + room.subscribers;
    return sessions;
  }

  /** What the limits of a room are compared with. */
  load(room: string): RoomLoad {
    return { room: this.#rooms.get(room), rooms: this.#rooms.size, subscribers: this.#subscribers };
  }

  #count(room: OpenRoom<Slot>, role: SessionRole, step: 1 | -1): void {
    if (role === 'publish') {
      room.publishers += step;
      this.#publishers += step;
    } else {
      room.subscribers += step;
      this.#subscribers += step;
    }
  }
}
