/** How the axes of a chart are divided. Pure. */

/** Above the highest value there is this share of it left. */
const HEADROOM = 0.15;

/**
 * The upper end of an axis that begins at 0: a little above the highest value, and at least `least`, so that next to
 * nothing does not fill the chart. `high` is null or undefined where there is no value.
 */
export function upperBound(high: number | null | undefined, least: number): number {
  return Math.max(least, (high ?? 0) * (1 + HEADROOM));
}

/** Distances between two lines of a grid, which are short when written: 1, 2 and 5 times a power of ten. */
export const STEPS: number[] = Array.from({ length: 17 }, (_one, index) => index - 5).flatMap((power) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
);

/** How times are written on an axis with so many seconds between two of them. */
export function clockFormat(language: string, seconds: number): (time: number) => string {
  const format = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(seconds < 60 ? { second: '2-digit' } : {}),
  });
  return (time) => format.format(time * 1000);
}
