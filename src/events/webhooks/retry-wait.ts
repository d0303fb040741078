/** How long to wait before a webhook is tried again. */

/** Milliseconds. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 600_000;
/** No longer than so many doublings. */
const MOST_DOUBLINGS = 20;

/**
 * Milliseconds after so many failures in a row (1 or more): twice as long each time, up to ten minutes, and from that any
 * time between a half and the whole, so that servers that failed together do not come back together. `chance` is from 0
 * (included) to 1.
 */
export function retryWait(failures: number, chance: number): number {
  const whole = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures - 1, MOST_DOUBLINGS));
  return Math.round(whole * (0.5 + chance / 2));
}
