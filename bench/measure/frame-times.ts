/** How evenly frames follow each other. Pure. */

/** Two frames further apart than this are not both of the 60 that a second has: milliseconds. */
const LATE = 20;

export interface FrameTimes {
  perSecond: number;
  /** Milliseconds between two frames, at most. */
  longest: number;
  /** Of the frames, those that came more than 20 ms after the one before: 0 to 1. */
  lateShare: number;
}

/** `times`: when each frame was, in milliseconds and in order. */
export function frameTimesOf(times: readonly number[]): FrameTimes {
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const total = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return {
    perSecond: total > 0 ? (gaps.length * 1000) / total : 0,
    longest: Math.max(0, ...gaps),
    lateShare: gaps.length === 0 ? 0 : gaps.filter((gap) => gap > LATE).length / gaps.length,
  };
}

/** An event of a trace of Chromium, as far as it is needed. */
export interface Drawing {
  name: string;
  /** Microseconds. */
  ts: number;
}

/** When the browser drew: milliseconds, in order. */
export function drawingOf(events: readonly Drawing[]): number[] {
  return events
    .filter(({ name }) => name === 'Display::DrawAndSwap')
    .map(({ ts }) => ts / 1000)
    .sort((a, b) => a - b);
}
