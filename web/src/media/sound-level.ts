/** How loud a sound is, for a meter. Pure. */

/** Decibels below full scale at which the meter begins. */
const FLOOR = -60;
/** What the meter loses a second at most, as a share of its length: peaks can be read. */
const FALL = 1.2;

/** The level of samples between -1 and 1 as a share of the meter, from 0 to 1: their effective value in decibels. */
export function levelOf(samples: ArrayLike<number>): number {
  let energy = 0;
  for (let index = 0; index < samples.length; index++) energy += (samples[index] ?? 0) ** 2;
  if (energy === 0) return 0;
  const decibels = 10 * Math.log10(energy / samples.length);
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR));
}

/** What the meter shows of a level, so many milliseconds after it showed `before`: it rises at once and falls slowly. */
export function fallingLevel(before: number, level: number, milliseconds: number): number {
  return Math.max(level, before - (FALL * milliseconds) / 1000, 0);
}
