/** How long the steps of joins hold a media worker's event loop, and media packets that arrive meanwhile. */
import { LatencyHistogram } from '../load/latency-histogram.ts';
import { LoadProcess } from '../load/load-process.ts';
import { SHAPES } from '../load/shape.ts';
import { outrankAll, startWatchedServer, type WatchedServer } from '../watch/watched-server.ts';
import type { Stretch, WatchFigures } from '../watch/worker-watch.ts';
import type { JoinOptions } from './joins.ts';
import { pause, SETTLE_MS } from './pause.ts';

export interface JoinHoldOptions extends JoinOptions {
  /** Quiet times and joins take turns. */
  rounds: number;
}

/** Milliseconds. */
export interface Durations {
  count: number;
  p50: number;
  p99: number;
  longest: number;
}

export interface LoopFigures {
  /** Of media packets, from their sending to their handling. */
  waits: Durations;
  /** Of work at a stretch. */
  stretches: Durations;
  steps: Record<string, Durations>;
  /** The longest stretches. */
  longest: Stretch[];
  /** Time for which the worker had work and no core, all together: what other programs did to it. */
  coreless: number;
}

export interface JoinHoldResult extends JoinHoldOptions {
  /** Whether the worker's event loop had a core to itself. */
  isAlone: boolean;
  quiet: LoopFigures;
  during: LoopFigures;
}

/** Until most of the code is compiled. */
const WARM_UP_JOINS = 200;
const STRETCHES_TOLD = 5;

/** In turns: packets of an even load alone, and the same with joins. */
export async function measureJoinHolds({ rounds, joins, perSecond }: JoinHoldOptions): Promise<JoinHoldResult> {
  const joined = await JoinedServer.start(perSecond);
  try {
    for (let round = 0; round < rounds; round++) await joined.round(Math.ceil(joins / rounds));
  } finally {
    await joined.end();
  }
  return { rounds, joins, perSecond, ...joined.figures() };
}

/** A watched server with packets of an even load in one room, next to none in another, and joins into that. */
export class JoinedServer {
  readonly #server: WatchedServer;
  readonly #perSecond: number;
  /** Its packets must not wait for threads of its collector, which have no core to themselves. */
  readonly #publisher = new LoadProcess({ isSpread: true, nodeArguments: ['--no-parallel-scavenge'] });
  readonly #watcher = new LoadProcess({ isSpread: true });
  readonly #viewers = new LoadProcess({ isSpread: true });
  readonly #quiet = new LoopSum();
  readonly #during = new LoopSum();

  private constructor(server: WatchedServer, perSecond: number) {
    this.#server = server;
    this.#perSecond = perSecond;
  }

  static async start(perSecond: number, nodeArguments: readonly string[] = []): Promise<JoinedServer> {
    const joined = new JoinedServer(await startWatchedServer(nodeArguments), perSecond);
    await joined.#begin();
    return joined;
  }

  async round(joins: number): Promise<void> {
    await pause(SETTLE_MS);
    await this.#server.take();
    await pause((joins * 1000) / this.#perSecond);
    this.#quiet.add(await this.#server.take());
    await this.#join(joins);
    this.#during.add(await this.#server.take());
    await this.#viewers.leave(joins);
  }

  figures(): Pick<JoinHoldResult, 'isAlone' | 'quiet' | 'during'> {
    return { isAlone: this.#server.isAlone, quiet: this.#quiet.figures(), during: this.#during.figures() };
  }

  async end(): Promise<void> {
    await Promise.all([this.#publisher.end(), this.#watcher.end(), this.#viewers.end()]);
    await this.#server.end();
  }

  async #begin(): Promise<void> {
    const { url } = this.#server;
    await this.#publisher.publish(`${url}/api/whip/publish/watched`, SHAPES.even);
    await this.#publisher.publish(`${url}/api/whip/publish/joined`, SHAPES.sparse);
    // A packet is sent as soon as the time stands in it.
    outrankAll(this.#publisher.pid);
    await this.#watcher.play(`${url}/api/whep/play/watched`, 1);
    await this.#join(WARM_UP_JOINS);
    await this.#viewers.leave(WARM_UP_JOINS);
  }

  async #join(joins: number): Promise<void> {
    await this.#viewers.play(`${this.#server.url}/api/whep/play/joined`, joins, this.#perSecond);
  }
}

/** What a worker saw at several times, together. */
class LoopSum {
  readonly #waits = new LatencyHistogram();
  readonly #stretches = new LatencyHistogram();
  readonly #steps = new Map<string, LatencyHistogram>();
  readonly #longest: Stretch[] = [];
  #coreless = 0;

  add({ waits, stretches, steps, longest, coreless }: WatchFigures): void {
    this.#waits.merge(waits);
    this.#stretches.merge(stretches);
    for (const [name, counts] of Object.entries(steps)) {
      const histogram = this.#steps.get(name) ?? new LatencyHistogram();
      this.#steps.set(name, histogram);
      histogram.merge(counts);
    }
    this.#longest.push(...longest);
    this.#coreless += coreless;
  }

  figures(): LoopFigures {
    return {
      waits: durations(this.#waits),
      stretches: durations(this.#stretches),
      steps: Object.fromEntries([...this.#steps].map(([name, histogram]) => [name, durations(histogram)])),
      longest: this.#longest.toSorted((a, b) => b.duration - a.duration).slice(0, STRETCHES_TOLD),
      coreless: this.#coreless,
    };
  }
}

function durations(histogram: LatencyHistogram): Durations {
  return {
    count: histogram.total,
    p50: histogram.percentile(0.5),
    p99: histogram.percentile(0.99),
    longest: histogram.longest,
  };
}
