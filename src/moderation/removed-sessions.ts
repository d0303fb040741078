/** Sessions that a moderator has ended, so that their clients can be told why and do not come back by themselves. */

/** Milliseconds for which a session is remembered: clients ask within seconds. */
const MEMORY_MS = 600_000;
const MOST = 20_000;

export class RemovedSessions {
  /** When each was removed, the oldest first; monotonic milliseconds. */
  readonly #removed = new Map<string, number>();

  /** A session is being ended. `now` is monotonic milliseconds. */
  add(sessionId: string, now: number): void {
    this.#removed.delete(sessionId);
    this.#removed.set(sessionId, now);
    for (const [oldest, at] of this.#removed) {
      if (now - at < MEMORY_MS && this.#removed.size <= MOST) break;
      this.#removed.delete(oldest);
    }
  }

  has(sessionId: string): boolean {
    return this.#removed.has(sessionId);
  }
}
