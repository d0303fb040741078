/** A whole load: a publisher in one process, viewers in one or more others, their figures together. */
import { cpuTimeMs } from '../measure/process-usage.ts';
import { socketDrops } from '../measure/socket-drops.ts';
import { pause } from '../measure/pause.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { LoadProcess } from './load-process.ts';
import type { LoadShape } from './shape.ts';

/** The pace of the publisher must not suffer from the viewers' reading. */
const PUBLISHER_NICENESS = -5;

export interface LoadOptions {
  /** Processes that the viewers are spread over. */
  processes: number;
  isSpread: boolean;
}

/** What viewers saw in a time. */
export interface LoadResult {
  viewers: number;
  durationMs: number;
  /** Packets that reached the viewers. */
  packets: number;
  /** Gaps in the sequence numbers. */
  lost: number;
  /** Of these, datagrams that the load's own sockets had no room for. */
  loadDrops: number;
  /** Viewers that the server ended. */
  closedByServer: number;
  /** From the publisher's send to the viewer's read, ms. */
  latencyP50: number;
  latencyP99: number;
  latencyLongest: number;
  /** CPU of the viewers' processes, of one core. */
  loadCpuShare: number;
  /** 99th percentile of the event-loop delay of the viewers' slowest process, ms. */
  loadDelayP99: number;
  /** How late the publisher was at most, ms. */
  publisherDelay: number;
}

export class Load {
  readonly #publisher: LoadProcess;
  readonly #viewers: LoadProcess[];
  /** Where the next viewers go first. */
  #next = 0;

  constructor({ processes, isSpread }: LoadOptions) {
    this.#publisher = new LoadProcess({ isSpread, niceness: PUBLISHER_NICENESS });
    this.#viewers = Array.from({ length: processes }, () => new LoadProcess({ isSpread }));
  }

  async publish(url: string, shape: LoadShape): Promise<void> {
    await this.#publisher.publish(url, shape);
  }

  /** Adds viewers, alike in each process. Returns how long each took to SRTP, ms. */
  async play(url: string, count: number): Promise<number[]> {
    const shares = this.#viewers.map(() => 0);
    for (let index = 0; index < count; index++) {
      const process = this.#next++ % shares.length;
      shares[process] = (shares[process] ?? 0) + 1;
    }
    const times = await Promise.all(this.#viewers.map((process, index) => process.play(url, shares[index] ?? 0)));
    return times.flat();
  }

  /** All viewers report once a second what they get, or no more. */
  async report(isOn: boolean): Promise<void> {
    await Promise.all(this.#viewers.map((process) => process.report(isOn)));
  }

  /** Counts for so long what the viewers get. */
  async measure(durationMs: number): Promise<LoadResult> {
    await Promise.all(this.#all().map((process) => process.reset()));
    const drops = socketDrops(await this.#ports());
    const start = { cpu: this.#cpuTime(), time: performance.now() };
    await pause(durationMs);
    const cpu = this.#cpuTime() - start.cpu;
    const [publisher, ...viewers] = await Promise.all(this.#all().map((process) => process.count()));
    const duration = performance.now() - start.time;
    const latencies = new LatencyHistogram();
    for (const figures of viewers) latencies.merge(figures.latencies);
    const sum = (pick: (figures: (typeof viewers)[number]) => number): number =>
      viewers.reduce((total, figures) => total + pick(figures), 0);
    return {
      viewers: sum((figures) => figures.viewers),
      durationMs: duration,
      packets: sum(({ received }) => received),
      lost: sum(({ lost }) => lost),
      loadDrops: socketDrops(viewers.flatMap(({ ports }) => ports)) - drops,
      closedByServer: sum(({ closedByServer }) => closedByServer),
      latencyP50: latencies.percentile(0.5),
      latencyP99: latencies.percentile(0.99),
      latencyLongest: latencies.longest,
      loadCpuShare: cpu / duration,
      loadDelayP99: Math.max(...viewers.map(({ loopDelayP99 }) => loopDelayP99)),
      publisherDelay: publisher?.publisherDelay ?? 0,
    };
  }

  async end(): Promise<void> {
    await Promise.all(this.#all().map((process) => process.end()));
  }

  #all(): LoadProcess[] {
    return [this.#publisher, ...this.#viewers];
  }

  #cpuTime(): number {
    return this.#viewers.reduce((sum, { pid }) => sum + cpuTimeMs(pid), 0);
  }

  async #ports(): Promise<number[]> {
    const figures = await Promise.all(this.#viewers.map((process) => process.count()));
    return figures.flatMap(({ ports }) => ports);
  }
}
