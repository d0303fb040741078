/** Takes samples of the server's figures: often while somebody looks at them, seldom otherwise. */
import { OverviewSeries } from './overview-series.ts';
import type { OverviewSample } from './overview-series.ts';
import type { MetricSources } from './metrics.ts';

/** Milliseconds of the past that is kept. */
const SPAN = 3_600_000;
/** Milliseconds between two samples while somebody looks, and while nobody does. */
const WATCHED_INTERVAL = 5_000;
const UNWATCHED_INTERVAL = 60_000;
/** Milliseconds that one look counts. */
const LOOK_TIME = 120_000;

export class ServerHistory {
  readonly #sources: Pick<MetricSources, 'workers' | 'counts'>;
  readonly #series = new OverviewSeries(SPAN, SPAN / WATCHED_INTERVAL);
  #lastLook = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #taking: Promise<void> | undefined;

  constructor(sources: Pick<MetricSources, 'workers' | 'counts'>) {
    this.#sources = sources;
  }

  /** Begins to take samples. */
  start(): void {
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The samples after `time` (milliseconds since the epoch), with one that is not older than the interval. */
  async look(time: number): Promise<readonly OverviewSample[]> {
    const now = Date.now();
    this.#lastLook = now;
    if (now - (this.#series.newest ?? -Infinity) >= WATCHED_INTERVAL) await this.#take();
    return this.#series.since(time);
  }

  /** Calls while a sample is being taken share it. */
  #take(): Promise<void> {
    this.#taking ??= this.#ask().finally(() => (this.#taking = undefined));
    return this.#taking;
  }

  async #ask(): Promise<void> {
    const workers = await this.#sources.workers();
    this.#series.add({ counts: this.#sources.counts(), workers }, Date.now());
    if (this.#timer !== undefined) this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const isWatched = Date.now() - this.#lastLook < LOOK_TIME;
    this.#timer = setTimeout(() => void this.#take(), isWatched ? WATCHED_INTERVAL : UNWATCHED_INTERVAL).unref();
  }
}
