import type { RoomState, SessionWatcher } from '../sfu/room-service.ts';

/** Changes of the number of viewers are told this often, ms: a wave of viewers is one change. */
const COUNT_INTERVAL_MS = 250;

interface WatchedSession<Slot> {
  readonly slot: Slot;
  readonly room: string;
  readonly watchers: SessionWatcher[];
  /** As it was told last. */
  state: RoomState;
}

/**
 * Who wants to know what happens to viewers' rooms. A worker tells what arrives there and who of a room is there; the
 * number of viewers that is told on is that of the whole room.
 */
export class SessionWatchers<Slot> {
  readonly #viewersOf: (room: string) => number;
  readonly #sessions = new Map<string, WatchedSession<Slot>>();
  readonly #rooms = new Map<string, Set<WatchedSession<Slot>>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(viewersOf: (room: string) => number) {
    this.#viewersOf = viewersOf;
  }

  /** Tells a watcher the present state, and from now on all that follows. */
  add(
    sessionId: string,
    { slot, room }: { slot: Slot; room: string },
    watcher: SessionWatcher,
    state: RoomState,
  ): void {
    const session = this.#sessions.get(sessionId) ?? { slot, room, watchers: [], state };
    this.#sessions.set(sessionId, session);
    session.watchers.push(watcher);
    session.state = { ...state, viewerCount: this.#viewersOf(room) };
    const inRoom = this.#rooms.get(room) ?? new Set();
    this.#rooms.set(room, inRoom.add(session));
    watcher.onState(session.state);
  }

  /** A worker says that a room has changed. */
  roomChanged(slot: Slot, room: string, state: RoomState): void {
    const viewerCount = this.#viewersOf(room);
    for (const session of this.#rooms.get(room) ?? []) {
      if (session.slot === slot) tellState(session, { ...state, viewerCount });
    }
  }

  /** Viewers of a room have come or gone on any worker. */
  viewersChanged(room: string): void {
    if (!this.#rooms.has(room) || this.#timers.has(room)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(room);
      const viewerCount = this.#viewersOf(room);
      for (const session of this.#rooms.get(room) ?? []) {
        if (session.state.viewerCount !== viewerCount) tellState(session, { ...session.state, viewerCount });
      }
    }, COUNT_INTERVAL_MS).unref();
    this.#timers.set(room, timer);
  }

  /** The server is about to end all sessions. */
  draining(): void {
    for (const { watchers } of this.#sessions.values()) for (const watcher of watchers) watcher.onDraining();
  }

  /** A session has ended: its watchers hear no more. */
  sessionEnded(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    for (const watcher of session.watchers) watcher.onEnded();
    this.#sessions.delete(sessionId);
    const inRoom = this.#rooms.get(session.room);
    inRoom?.delete(session);
    if (inRoom?.size === 0) this.#rooms.delete(session.room);
  }
}

function tellState(session: WatchedSession<unknown>, state: RoomState): void {
  session.state = state;
  for (const watcher of session.watchers) watcher.onState(state);
}
