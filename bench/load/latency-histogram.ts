/** Counts of durations by steps: thousands of them a millisecond cost an addition each, and several can be merged. */

const STEP_MS = 0.05;
const STEPS = 20_000;

/** What crosses a process border: pairs of step and count, and the longest of all. */
export interface LatencyCounts {
  steps: [step: number, count: number][];
  longest: number;
}

export class LatencyHistogram {
  readonly #counts = new Float64Array(STEPS + 1);
  #total = 0;
  #longest = 0;

  /** How many there are. */
  get total(): number {
    return this.#total;
  }

  /** The longest of all, ms, exact; 0 where there are none. */
  get longest(): number {
    return this.#longest;
  }

  /** Counts one, in milliseconds. Anything that is no duration is left out. */
  add(duration: number): void {
    if (!(duration >= 0)) return;
    this.#count(Math.min(STEPS, Math.floor(duration / STEP_MS)), 1);
    if (duration > this.#longest) this.#longest = duration;
  }

  merge({ steps, longest }: LatencyCounts): void {
    for (const [step, count] of steps) this.#count(step, count);
    this.#longest = Math.max(this.#longest, longest);
  }

  /** The duration below which this share (0 to 1) lies, ms, to within a step; NaN where there are none. */
  percentile(share: number): number {
    if (this.#total === 0) return Number.NaN;
    let left = Math.min(this.#total, Math.floor(this.#total * share) + 1);
    for (let step = 0; step < STEPS; step++) {
      left -= this.#counts[step] ?? 0;
      if (left <= 0) return Math.min((step + 1) * STEP_MS, this.#longest);
    }
    return this.#longest;
  }

  counts(): LatencyCounts {
    const steps: [number, number][] = [];
    this.#counts.forEach((count, step) => {
      if (count > 0) steps.push([step, count]);
    });
    return { steps, longest: this.#longest };
  }

  reset(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#longest = 0;
  }

  #count(step: number, count: number): void {
    this.#counts[step] = (this.#counts[step] ?? 0) + count;
    this.#total += count;
  }
}
