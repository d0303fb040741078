/** Which messages of a recorded chat belong to a moment of its playback. Pure. */

interface Timed {
  /** Seconds from the start of the recording. */
  offset: number;
}

/** A step of playback that is longer, in seconds, or goes back, is a jump: nothing flies that lies between. */
const LONGEST_STEP = 2;

/** How many messages have been said at a time; `messages` are in their order. */
export function countAt(messages: readonly Timed[], time: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.offset ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The messages that are said while playback goes from one time to another; none after a jump. */
export function saidBetween<T extends Timed>(messages: readonly T[], from: number, to: number): T[] {
  if (to < from || to - from > LONGEST_STEP) return [];
  return messages.slice(countAt(messages, from), countAt(messages, to));
}
