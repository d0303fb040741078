/** The sessions of all workers, and how each room is spread over them. */
import type { SessionRole } from '../sfu/room-service.ts';
import type { RoomLoad } from './room-limits.ts';

export interface RegisteredSession<Slot> {
  readonly slot: Slot;
  readonly room: string;
  readonly role: SessionRole;
  /** Undefined until the worker has answered the offer. */
  tag: string | undefined;
}

/** A publisher's session. */
export interface PublisherPlace<Slot> {
  sessionId: string;
  slot: Slot;
}

interface Count {
  publishers: number;
  subscribers: number;
}

/** A room is open for as long as it has sessions. */
interface OpenRoom<Slot> extends Count {
  /** Workers that have sessions of the room. */
  readonly slots: Map<Slot, Count>;
  /** Whose media the viewers get. */
  live: PublisherPlace<Slot> | undefined;
}

/** Finds sessions by id and rooms by name, and counts them. */
export class SessionRegistry<Slot> {
  readonly #sessions = new Map<string, RegisteredSession<Slot>>();
  readonly #rooms = new Map<string, OpenRoom<Slot>>();
  readonly #sessionsOn = new Map<Slot, number>();
  #publishers = 0;
  #subscribers = 0;

  /** How many there are of each. */
  counts(): { rooms: number; publishers: number; subscribers: number } {
    return { rooms: this.#rooms.size, publishers: this.#publishers, subscribers: this.#subscribers };
  }

  get(sessionId: string): RegisteredSession<Slot> | undefined {
    return this.#sessions.get(sessionId);
  }

  /** The workers that have sessions of a room, those that have viewers of it alone if asked for. */
  slotsOf(room: string, role?: 'play'): Slot[] {
    const slots = [...(this.#rooms.get(room)?.slots ?? [])];
    return slots.filter(([, { subscribers }]) => role === undefined || subscribers > 0).map(([slot]) => slot);
  }

  /** Viewers of a room, on one worker or on all. */
  viewersOf(room: string, slot?: Slot): number {
    const open = this.#rooms.get(room);
    return (slot === undefined ? open : open?.slots.get(slot))?.subscribers ?? 0;
  }

  /** The worker of the live publisher, or of one that is connecting. */
  publisherSlot(room: string): Slot | undefined {
    const open = this.#rooms.get(room);
    return open?.live?.slot ?? [...(open?.slots ?? [])].find(([, { publishers }]) => publishers > 0)?.[0];
  }

  /** Whose media the viewers of a room get. */
  livePublisher(room: string): PublisherPlace<Slot> | undefined {
    return this.#rooms.get(room)?.live;
  }

  /** Makes a publisher's session the one whose media the viewers get, and returns the one before. */
  setLivePublisher(sessionId: string): PublisherPlace<Slot> | undefined {
    const session = this.#sessions.get(sessionId);
    const room = session && this.#rooms.get(session.room);
    if (session?.role !== 'publish' || room === undefined) return undefined;
    const before = room.live;
    room.live = { sessionId, slot: session.slot };
    return before;
  }

  add(sessionId: string, session: RegisteredSession<Slot>): void {
    this.#sessions.set(sessionId, session);
    const room = this.#rooms.get(session.room) ?? { ...none(), slots: new Map<Slot, Count>(), live: undefined };
    this.#rooms.set(session.room, room);
    this.#count(room, session, 1);
  }

  /** Forgets a session and returns it; undefined where there is none. */
  remove(sessionId: string): RegisteredSession<Slot> | undefined {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return undefined;
    this.#sessions.delete(sessionId);
    const room = this.#rooms.get(session.room);
    if (room === undefined) return session;
    this.#count(room, session, -1);
    if (room.live?.sessionId === sessionId) room.live = undefined;
    if (room.publishers + room.subscribers === 0) this.#rooms.delete(session.room);
    return session;
  }

  /** Ids of the sessions on a worker that have been answered. */
  idsOn(slot: Slot): string[] {
    return [...this.#sessions].filter(([, one]) => one.slot === slot && one.tag !== undefined).map(([id]) => id);
  }

  /** How many sessions a worker has. */
  sessionsOn(slot: Slot): number {
    return this.#sessionsOn.get(slot) ?? 0;
  }

  /** What the limits of a room are compared with. */
  load(room: string): RoomLoad {
    return { room: this.#rooms.get(room), rooms: this.#rooms.size, subscribers: this.#subscribers };
  }

  #count(room: OpenRoom<Slot>, { slot, role }: RegisteredSession<Slot>, step: 1 | -1): void {
    const inSlot = room.slots.get(slot) ?? none();
    room.slots.set(slot, inSlot);
    const key = role === 'publish' ? 'publishers' : 'subscribers';
    room[key] += step;
    inSlot[key] += step;
    if (inSlot.publishers + inSlot.subscribers === 0) room.slots.delete(slot);
    if (role === 'publish') this.#publishers += step;
    else this.#subscribers += step;
    this.#sessionsOn.set(slot, this.sessionsOn(slot) + step);
  }
}

function none(): Count {
  return { publishers: 0, subscribers: 0 };
}
