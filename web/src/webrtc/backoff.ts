/** How long to wait before the next try. */

/** Milliseconds before the second try; each further one waits twice as long. */
const FIRST_DELAY = 500;
/** Milliseconds; a server that comes back is found again within this time. */
const LONGEST_DELAY = 8_000;
/** Milliseconds over which viewers of one lost worker spread their first try. */
const FIRST_SPREAD = 300;
/** Seconds; a longer Retry-After is shortened to this, so that a page left open still recovers. */
const LONGEST_RETRY_AFTER = 60;

/**
 * Milliseconds to wait before try number `attempt` (from 0), `random` being 0 to below 1. Doubles with each try and
 * takes 50 to 100 % of that by chance; Retry-After is a lower bound.
 */
export function retryDelay(attempt: number, random: number, retryAfterSeconds: number | undefined): number {
  const backOff =
    attempt === 0
      ? random * FIRST_SPREAD
      : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempt - 1, 10)) * (0.5 + random / 2);
  if (retryAfterSeconds === undefined) return backOff;
  return Math.max(backOff, Math.min(retryAfterSeconds, LONGEST_RETRY_AFTER) * 1000 + random * FIRST_SPREAD);
}
