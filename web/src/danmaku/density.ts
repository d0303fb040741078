/** How many messages fly at once: fewer while the page cannot keep up. Pure. */

/** A device that draws fewer frames a second than this has too much to do. */
const TOO_FEW_FRAMES = 40;
/** With as many as these there is room for more. */
const ENOUGH_FRAMES = 52;
/** Fewer are not flown even by the slowest device. */
export const LEAST_FLYING = 12;

/** The limit after a second with so many frames; `wanted` is what it may be at most. */
export function nextLimit(limit: number, framesPerSecond: number, wanted: number): number {
  if (framesPerSecond < TOO_FEW_FRAMES) return Math.min(wanted, Math.max(LEAST_FLYING, Math.floor(limit * 0.75)));
  if (framesPerSecond >= ENOUGH_FRAMES) return Math.min(wanted, limit + 5);
  return Math.min(wanted, limit);
}
