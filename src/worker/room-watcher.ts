import type { RoomState } from '../sfu/room-service.ts';
import { isNews, roomState } from '../sfu/room-state.ts';
import type { Room } from '../sfu/room.ts';
import type { Clock } from './environment.ts';
import type { Session } from './session.ts';

/** Watched rooms are looked at this often, ms: soon enough for people, and a room costs some microseconds. */
const INTERVAL_MS = 250;

interface WatchedRoom {
  /** Their viewers are told. */
  readonly sessions: Set<Session>;
  told: RoomState;
  /** Monotonic ms. */
  toldAt: number;
}

/** Tells how rooms change, for as long as sessions that want to know are in them. */
export class RoomWatcher {
  readonly #clock: Clock;
  readonly #onChange: (room: Room, state: RoomState) => void;
  readonly #rooms = new Map<Room, WatchedRoom>();
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, onChange: (room: Room, state: RoomState) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Watches a session's room until the session is forgotten, and returns its state. Idempotent. */
  watch(session: Session): RoomState {
    const now = this.#clock.now();
    const state = roomState(session.room, now);
    const watched = this.#rooms.get(session.room);
    if (watched === undefined)
      this.#rooms.set(session.room, { sessions: new Set([session]), told: state, toldAt: now });
    else watched.sessions.add(session);
    this.#timer ??= setInterval(() => this.#look(), INTERVAL_MS);
    return state;
  }

  /** The session has ended. */
  forget(session: Session): void {
    const watched = this.#rooms.get(session.room);
    if (watched?.sessions.delete(session) !== true || watched.sessions.size > 0) return;
    this.#rooms.delete(session.room);
    if (this.#rooms.size === 0) this.stop();
  }

  /** Stops the timer. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = this.#clock.now();
    for (const [room, watched] of this.#rooms) {
      const state = roomState(room, now);
      if (!isNews(state, watched.told, now - watched.toldAt)) continue;
      watched.told = state;
      watched.toldAt = now;
      this.#onChange(room, state);
    }
  }
}
