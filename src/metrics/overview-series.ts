/** The recent past of the server in figures a second, from counters that only grow. Pure: the caller has the clock. */
import type { MediaCounters } from '../sfu/media-counters.ts';
import type { WorkerFigures } from './worker-figures.ts';

/** What there is at a moment. */
export interface OverviewReading {
  counts: { rooms: number; publishers: number; subscribers: number };
  workers: readonly WorkerFigures[];
}

export interface WorkerSample {
  index: number;
  /** Whether it answered. */
  up: boolean;
  /** Takes more sessions. */
  hasRoom: boolean;
  /** Share of a core since the sample before; undefined where that is not known. */
  cpu: number | undefined;
  /** Bytes of memory. */
  memory: number | undefined;
  /** Milliseconds by which the event loop was late, 99 of 100 times less. */
  delay: number | undefined;
}

export interface OverviewSample {
  /** Milliseconds since the epoch. */
  time: number;
  rooms: number;
  publishers: number;
  viewers: number;
  /** Bits a second from publishers and to viewers; undefined without a sample before. */
  received: number | undefined;
  sent: number | undefined;
  /** Share of packets lost on the way from publishers and to viewers; undefined where there were none. */
  lostUp: number | undefined;
  lostDown: number | undefined;
  workers: readonly WorkerSample[];
}

interface Before {
  time: number;
  workers: ReadonlyMap<number, WorkerFigures>;
}

interface Flow {
  bytes: number;
  packets: number;
  lost: number;
}

/** Keeps samples for `span` milliseconds, and never more than `capacity`. */
export class OverviewSeries {
  readonly #span: number;
  readonly #capacity: number;
  #samples: OverviewSample[] = [];
  #before: Before | undefined;

  constructor(span: number, capacity: number) {
    this.#span = span;
    this.#capacity = capacity;
  }

  /** Adds what there is at `time` (milliseconds since the epoch). A clock that was set back begins anew. */
  add({ counts, workers }: OverviewReading, time: number): void {
    if (this.#before !== undefined && time <= this.#before.time) {
      this.#samples = [];
      this.#before = undefined;
    }
    const before = this.#before;
    const seconds = before === undefined ? undefined : (time - before.time) / 1000;
    const received = sumOf(workers, before, ({ received }) => received);
    const sent = sumOf(workers, before, ({ sent }) => sent);
    this.#samples.push({
      time,
      rooms: counts.rooms,
      publishers: counts.publishers,
      viewers: counts.subscribers,
      received: seconds && Math.round((received.bytes * 8) / seconds),
      sent: seconds && Math.round((sent.bytes * 8) / seconds),
      lostUp: seconds && shareLost(received.lost, received.packets + received.lost),
      lostDown: seconds && shareLost(sent.lost, sent.packets),
      workers: workers.map((worker) => sampleOf(worker, before, seconds)),
    });
    this.#before = { time, workers: new Map(workers.map((worker) => [worker.index, worker])) };
    const oldest = Math.max(0, this.#samples.length - this.#capacity);
    this.#samples = this.#samples.filter((sample, index) => index >= oldest && sample.time > time - this.#span);
  }

  /** The samples after `time` (milliseconds since the epoch), the oldest first. */
  since(time: number): readonly OverviewSample[] {
    return this.#samples.filter((sample) => sample.time > time);
  }

  /** When the last one was taken; undefined where there is none. */
  get newest(): number | undefined {
    return this.#samples.at(-1)?.time;
  }
}

/** What was counted since the reading before. A worker that was started anew counts from nothing. */
function sumOf(
  workers: readonly WorkerFigures[],
  before: Before | undefined,
  counters: (metrics: NonNullable<WorkerFigures['metrics']>) => MediaCounters,
): Flow {
  const sum: Flow = { bytes: 0, packets: 0, lost: 0 };
  for (const { index, metrics } of workers) {
    const earlier = before?.workers.get(index)?.metrics;
    if (metrics === undefined || earlier === undefined) continue;
    const isNew = metrics.process.cpuSeconds < earlier.process.cpuSeconds;
    for (const kind of ['audio', 'video'] as const) {
      const now = counters(metrics)[kind];
      const then = isNew ? undefined : counters(earlier)[kind];
      sum.bytes += grown(now.bytes, then?.bytes);
      sum.packets += grown(now.packets, then?.packets);
      sum.lost += grown(now.packetsLost, then?.packetsLost);
    }
  }
  return sum;
}

/** What was lost may turn up after all: such a count goes down. */
function grown(now: number, then = 0): number {
  return Math.max(0, now - then);
}

function shareLost(lost: number, all: number): number | undefined {
  return all === 0 ? undefined : Math.min(1, rounded(lost / all));
}

function sampleOf(
  { index, metrics, hasRoom }: WorkerFigures,
  before: Before | undefined,
  seconds: number | undefined,
): WorkerSample {
  const earlier = before?.workers.get(index)?.metrics?.process.cpuSeconds;
  const now = metrics?.process;
  const isKnown = now !== undefined && earlier !== undefined && seconds !== undefined && now.cpuSeconds >= earlier;
  return {
    index,
    up: metrics !== undefined,
    hasRoom,
    cpu: isKnown ? rounded((now.cpuSeconds - earlier) / seconds) : undefined,
    memory: now?.residentBytes,
    delay: now && rounded(now.eventLoopDelay.percentile99 * 1000),
  };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
