import type { RoomState, SessionWatcher } from '../sfu/room-service.ts';

/** Who wants to know what happens to viewers' rooms: watchers by session, and sessions by room. */
export class SessionWatchers {
  readonly #sessions = new Map<string, { room: string; watchers: SessionWatcher[] }>();
  readonly #rooms = new Map<string, Set<string>>();

  /** Tells a watcher the present state, and from now on all that follows. */
  add(sessionId: string, room: string, watcher: SessionWatcher, state: RoomState): void {
    const session = this.#sessions.get(sessionId) ?? { room, watchers: [] };
    this.#sessions.set(sessionId, session);
    session.watchers.push(watcher);
    const inRoom = this.#rooms.get(room) ?? new Set();
    this.#rooms.set(room, inRoom.add(sessionId));
    watcher.onState(state);
  }

  /** A room has changed. */
  roomChanged(room: string, state: RoomState): void {
    for (const sessionId of this.#rooms.get(room) ?? []) this.#tell(sessionId, (watcher) => watcher.onState(state));
  }

  /** The server is about to end all sessions. */
  draining(): void {
    for (const sessionId of this.#sessions.keys()) this.#tell(sessionId, (watcher) => watcher.onDraining());
  }

  /** A session has ended: its watchers hear no more. */
  sessionEnded(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    this.#tell(sessionId, (watcher) => watcher.onEnded());
    this.#sessions.delete(sessionId);
    const inRoom = this.#rooms.get(session.room);
    inRoom?.delete(sessionId);
    if (inRoom?.size === 0) this.#rooms.delete(session.room);
  }

  #tell(sessionId: string, tell: (watcher: SessionWatcher) => void): void {
    for (const watcher of this.#sessions.get(sessionId)?.watchers ?? []) tell(watcher);
  }
}
