/** How long a media worker's event loop is held, and by what. Lives in the worker's process. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type LatencyCounts, LatencyHistogram } from '../load/latency-histogram.ts';

/** Of so many of the longest stretches it is told what they were made of. */
const STRETCHES_TOLD = 5;
/** Clocks are read one after the other. */
const CLOCK_TOLERANCE_MS = 0.1;
const COLLECTION = 'garbage collection';

/** Work without a look at the sockets: what arrives meanwhile waits for its end. */
export interface Stretch {
  /** Milliseconds. */
  duration: number;
  /** Milliseconds of the steps in it by their names; collections and steps within steps count for themselves too. */
  parts: Record<string, number>;
}

/** What a worker saw since it was last asked. */
export interface WatchFigures {
  pid: number;
  /** Time for which the event loop had work and no core, ms. */
  coreless: number;
  /** Duration of each kind of step, ms. */
  steps: Record<string, LatencyCounts>;
  /** Of stretches, ms. */
  stretches: LatencyCounts;
  longest: Stretch[];
  /** From a publisher's sending to the worker's handling of each packet, ms. */
  waits: LatencyCounts;
}

interface EndedStretch extends Stretch {
  /** By performance.now(). */
  end: number;
}

/** Collects the durations of steps, of stretches, and the waiting times of packets. */
export class WorkerWatch {
  /** Called before a stretch is counted: steps that are seen only in sums may be told then. */
  onStretchEnd: () => void = () => undefined;
  readonly #waits = new LatencyHistogram();
  readonly #stretches = new LatencyHistogram();
  readonly #steps = new Map<string, LatencyHistogram>();
  #longest: EndedStretch[] = [];
  #collections: { start: number; duration: number }[] = [];
  #parts: Record<string, number> = {};
  #isEndAwaited = false;
  #isPaused = false;
  #active = performance.eventLoopUtilization().active;
  #coreless = 0;

  /** A function that does the same and is timed. */
  timed<T extends (...given: never[]) => unknown>(name: string, step: T): T {
    const add = (duration: number): void => this.step(name, duration);
    const timed = function (this: unknown, ...given: Parameters<T>): unknown {
      const start = performance.now();
      try {
        return step.apply(this, given);
      } finally {
        add(performance.now() - start);
      }
    };
    return timed as T;
  }

  /** A step of the present stretch has taken so long, ms. */
  step(name: string, duration: number): void {
    this.#histogram(name).add(duration);
    this.#parts[name] = (this.#parts[name] ?? 0) + duration;
    if (this.#isEndAwaited) return;
    this.#isEndAwaited = true;
    // Immediates follow upon the reading of sockets, in the same turn of the event loop.
    setImmediate(() => this.#endStretch());
  }

  /** A packet has waited so long, ms. */
  waited(duration: number): void {
    this.#waits.add(duration);
  }

  /** A garbage collection began at `start`, by performance.now(); told when its stretch is over. */
  collected(kind: string, start: number, duration: number): void {
    this.#collections.push({ start, duration });
    this.#histogram(kind).add(duration);
  }

  /** What follows until `resume` is no work of the worker's own. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#active = performance.eventLoopUtilization().active;
  }

  /** What was seen since it was last asked for. */
  take(): WatchFigures {
    const coreless = waitedForCore();
    const figures = {
      pid: process.pid,
      coreless: coreless - this.#coreless,
      steps: Object.fromEntries([...this.#steps].map(([name, histogram]) => [name, histogram.counts()])),
      stretches: this.#stretches.counts(),
      longest: this.#longest.map((stretch) => this.#withCollections(stretch)),
      waits: this.#waits.counts(),
    };
    for (const histogram of [this.#waits, this.#stretches, ...this.#steps.values()]) histogram.reset();
    this.#longest = [];
    this.#collections = [];
    this.#coreless = coreless;
    return figures;
  }

  #histogram(name: string): LatencyHistogram {
    let histogram = this.#steps.get(name);
    if (histogram === undefined) this.#steps.set(name, (histogram = new LatencyHistogram()));
    return histogram;
  }

  #endStretch(): void {
    this.onStretchEnd();
    this.#isEndAwaited = false;
    const parts = this.#parts;
    this.#parts = {};
    if (this.#isPaused) return;
    // The event loop's time without that in which it waited for sockets and timers.
    const { active } = performance.eventLoopUtilization();
    const duration = active - this.#active;
    this.#active = active;
    this.#stretches.add(duration);
    this.#longest.push({ duration, parts, end: performance.now() });
    this.#longest.sort((a, b) => b.duration - a.duration).splice(STRETCHES_TOLD);
  }

  #withCollections({ duration, parts, end }: EndedStretch): Stretch {
    const isWithin = ({ start }: { start: number }): boolean =>
      start < end && start > end - duration - CLOCK_TOLERANCE_MS;
    const collected = this.#collections.filter(isWithin).reduce((sum, collection) => sum + collection.duration, 0);
    return { duration, parts: collected === 0 ? parts : { ...parts, [COLLECTION]: collected } };
  }
}

/** Milliseconds for which the main thread has waited for a core: the second figure of schedstat, nanoseconds. */
function waitedForCore(): number {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
}
