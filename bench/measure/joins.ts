/** What joins cost, and what they do to those who watch already. */
import { startServer } from '../../test/support/server.ts';
import { LatencyHistogram } from '../load/latency-histogram.ts';
import { LoadProcess } from '../load/load-process.ts';
import type { LoadFigures } from '../load/protocol.ts';
import { SHAPES } from '../load/shape.ts';
import { longestLoopDelay, readMetrics } from './metrics-page.ts';
import { pause, SETTLE_MS } from './pause.ts';
import { percentile } from './percentile.ts';
import { cpuTimeMs } from './process-usage.ts';
import { BENCH_SETTINGS } from './target.ts';

export interface JoinOptions {
  joins: number;
  perSecond: number;
}

export interface JoinResult extends JoinOptions {
  /** CPU milliseconds a join, from the POST to the first packet: of the worker, and of the whole server. */
  workerCpu: number;
  serverCpu: number;
  /** From the POST to the first packet, ms. */
  timeP50: number;
  timeP99: number;
  /** Latency of a viewer that was there before, ms: without joins, and during them. */
  quiet: { p99: number; longest: number };
  during: { p99: number; longest: number };
  /** Packets that this viewer missed. */
  lost: number;
  /** Longest delay of the worker's event loop, ms: without joins, and during them. */
  workerDelayQuiet: number;
  workerDelayDuring: number;
}

/** Observers must not wait for those who join. */
const OBSERVER_NICENESS = -10;
const JOINER_NICENESS = 5;
const WARM_UP_JOINS = 20;
const BASELINE_MS = 2000;

/** Joins at a steady pace into a room with next to no packets, beside a room with a viewer of the even load. */
export async function measureJoins({ joins, perSecond }: JoinOptions): Promise<JoinResult> {
  const server = await startServer(BENCH_SETTINGS);
  const publisher = new LoadProcess({ isSpread: true, niceness: OBSERVER_NICENESS });
  const observer = new LoadProcess({ isSpread: true, niceness: OBSERVER_NICENESS });
  const joiner = new LoadProcess({ isSpread: true, niceness: JOINER_NICENESS });
  try {
    const pids = [...(await server.workers()), server.pid];
    await publisher.publish(`${server.url}/api/whip/publish/watched`, SHAPES.even);
    await publisher.publish(`${server.url}/api/whip/publish/joined`, SHAPES.sparse);
    await observer.play(`${server.url}/api/whep/play/watched`, 1);
    const url = `${server.url}/api/whep/play/joined`;
    await joiner.play(url, WARM_UP_JOINS, perSecond);
    await pause(SETTLE_MS);

    const before = await baseline(pids, observer, server.url);
    const start = { time: performance.now(), cpu: pids.map(cpuTimeMs) };
    await observer.reset();
    const times = await joiner.play(url, joins, perSecond);
    const duration = performance.now() - start.time;
    const cpu = pids.map((pid, index) => cpuTimeMs(pid) - (start.cpu[index] ?? 0));
    const during = await observer.count();
    const delayDuring = await longestDelay(server.url);
    const after = await baseline(pids, observer, server.url);

    // What runs anyhow grows from the one baseline to the other while viewers come.
    const idle = pids.map((_, index) => ((before.cpu[index] ?? 0) + (after.cpu[index] ?? 0)) / 2 / BASELINE_MS);
    const perJoin = cpu.map((used, index) => (used - (idle[index] ?? 0) * duration) / joins);
    return {
      joins,
      perSecond,
      workerCpu: perJoin[0] ?? Number.NaN,
      serverCpu: perJoin.reduce((sum, used) => sum + used, 0),
      timeP50: percentile(times, 0.5),
      timeP99: percentile(times, 0.99),
      quiet: latency(before.figures),
      during: latency(during),
      lost: during.lost,
      workerDelayQuiet: before.delay,
      workerDelayDuring: delayDuring,
    };
  } finally {
    await Promise.all([publisher.end(), observer.end(), joiner.end()]);
    await server.stop();
  }
}

interface Baseline {
  /** Milliseconds of each process. */
  cpu: number[];
  figures: LoadFigures;
  delay: number;
}

async function baseline(pids: readonly number[], observer: LoadProcess, origin: string): Promise<Baseline> {
  await observer.reset();
  await longestDelay(origin);
  const start = pids.map(cpuTimeMs);
  await pause(BASELINE_MS);
  const cpu = pids.map((pid, index) => cpuTimeMs(pid) - (start[index] ?? 0));
  return { cpu, figures: await observer.count(), delay: await longestDelay(origin) };
}

/** Since it was last asked for, ms. */
async function longestDelay(origin: string): Promise<number> {
  return longestLoopDelay(await readMetrics(origin));
}

function latency({ latencies }: LoadFigures): { p99: number; longest: number } {
  const histogram = new LatencyHistogram();
  histogram.merge(latencies);
  return { p99: histogram.percentile(0.99), longest: histogram.longest };
}
