/** How many viewers join a room in a minute: a token bucket a room. */

const MINUTE_MS = 60_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was right: monotonic milliseconds. */
  at: number;
}

export class JoinRates {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Counts a viewer who joins: 0 where there is room for one, otherwise milliseconds until there is. `perMinute` may come
   * at once; 0 is no limit. `now` is monotonic milliseconds.
   */
  take(room: string, perMinute: number, now: number): number {
    if (perMinute === 0) {
      this.#buckets.delete(room);
      return 0;
    }
    const perMillisecond = perMinute / MINUTE_MS;
    const { tokens, at } = this.#buckets.get(room) ?? { tokens: perMinute, at: now };
    const available = Math.min(perMinute, tokens + (now - at) * perMillisecond);
    const isFree = available >= 1;
    this.#buckets.set(room, { tokens: isFree ? available - 1 : available, at: now });
    return isFree ? 0 : (1 - available) / perMillisecond;
  }
}
