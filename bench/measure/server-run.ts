/** The server under a load: CPU of its processes, memory, loss, latency. */
import { startServer } from '../../test/support/server.ts';
import { Load, type LoadResult } from '../load/load.ts';
import type { LoadShape } from '../load/shape.ts';
import { readMetrics, sendDrops, sumSamples } from './metrics-page.ts';
import { pause, SETTLE_MS } from './pause.ts';
import { cpuTimeMs, cpuTimeOf, residentOf } from './process-usage.ts';

export interface RunOptions {
  shape: LoadShape;
  viewers: number;
  durationMs: number;
  /** Processes of the load's viewers. */
  loadProcesses: number;
  /** Settings of the server. */
  settings?: Record<string, string>;
}

export interface ServerResult extends LoadResult {
  /** CPU microseconds of the media workers for each packet that reached a viewer. */
  cpuPerPacket: number;
  /** The same of the whole server. */
  serverCpuPerPacket: number;
  /** Of one core, for each worker. */
  workerCpuShares: number[];
  /** Resident kB of the workers that a viewer added, with what the first ones add for all. */
  kbPerViewer: number;
  /** The same for each viewer beyond the first {@link FIRST_VIEWERS}; undefined where there are few of these. */
  kbPerFurtherViewer: number | undefined;
  /** Datagrams that the server's socket had no room for. */
  serverDrops: number;
  /** Longest delay of a worker's event loop, ms. */
  workerDelayLongest: number;
}

/** What these add to the memory is not all theirs: buffers and code that later viewers use too. */
const FIRST_VIEWERS = 100;
const FEW_VIEWERS = 2 * FIRST_VIEWERS;

/** Many joins at once cost a machine that forwards near its limit more than it has left: they are not measured here. */
const JOINS_A_STEP = 50;
const STEP_PAUSE_MS = 300;

/** The whole server with one publisher and so many viewers. */
export async function measureServer(options: RunOptions): Promise<ServerResult> {
  const server = await startServer({ LOG_LEVEL: 'error', ...options.settings });
  const load = new Load({ processes: options.loadProcesses, isSpread: true });
  try {
    const workers = await server.workers();
    const memory = await addViewers(load, server.url, workers, options);
    const before = await readMetrics(server.url);
    const start = { all: cpuTimeMs(server.pid), workers: workers.map(cpuTimeMs) };
    const result = await load.measure(options.durationMs);
    const shares = workers.map((pid, index) => cpuTimeMs(pid) - (start.workers[index] ?? 0));
    const cpu = shares.reduce((sum, share) => sum + share, 0);
    const http = cpuTimeMs(server.pid) - start.all;
    const after = await readMetrics(server.url);
    return {
      ...result,
      cpuPerPacket: (cpu * 1000) / result.packets,
      serverCpuPerPacket: ((cpu + http) * 1000) / result.packets,
      workerCpuShares: shares.map((share) => share / result.durationMs),
      ...memory,
      serverDrops: sendDrops(after) - sendDrops(before),
      workerDelayLongest: 1000 * longestDelay(after, workers.length),
    };
  } finally {
    await load.end();
    await server.stop();
  }
}

async function addViewers(
  load: Load,
  origin: string,
  workers: readonly number[],
  { shape, viewers }: RunOptions,
): Promise<Pick<ServerResult, 'kbPerViewer' | 'kbPerFurtherViewer'>> {
  await load.publish(`${origin}/api/whip/publish/bench`, shape);
  const url = `${origin}/api/whep/play/bench`;
  const add = async (count: number): Promise<number> => {
    for (let left = count; left > 0; left -= JOINS_A_STEP) {
      await load.play(url, Math.min(JOINS_A_STEP, left));
      await pause(STEP_PAUSE_MS);
    }
    await pause(SETTLE_MS);
    return residentOf(workers);
  };
  // The first joins compile the code and grow pools that all viewers share.
  const early = Math.min(2, viewers);
  const start = await add(early);
  const first = await add(Math.min(FIRST_VIEWERS, viewers) - early);
  const all = viewers > FIRST_VIEWERS ? await add(viewers - FIRST_VIEWERS) : first;
  return {
    kbPerViewer: (all - start) / (viewers - early),
    kbPerFurtherViewer: viewers < FEW_VIEWERS ? undefined : (all - first) / (viewers - FIRST_VIEWERS),
  };
}

/** Seconds; the page names workers by their index. */
function longestDelay(page: string, workers: number): number {
  const labels = Array.from({ length: workers }, (_, index) => `worker="${index}",quantile="1"`);
  return Math.max(...labels.map((label) => sumSamples(page, 'live_webrtc_worker_event_loop_delay_seconds', label)));
}

/** CPU milliseconds that processes use in so many milliseconds. */
export async function cpuOver(pids: readonly number[], durationMs: number): Promise<number> {
  const start = cpuTimeOf(pids);
  await pause(durationMs);
  return cpuTimeOf(pids) - start;
}
