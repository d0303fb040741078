/** What more workers bring: a room on each forwards beside the others, and one room on all of them, through pipes. */
import { SHAPES } from './load/shape.ts';
import { LoadedTarget, type TargetResult } from './measure/loaded-target.ts';
import { pause, SETTLE_MS } from './measure/pause.ts';
import { startOwnServer, type Target } from './measure/target.ts';
import { figure, percent } from './text-table.ts';

export interface WorkersOptions {
  workers: number;
  /** Of each room. */
  viewers: number;
  durationMs: number;
}

/** What a server with some workers did under a load. */
export interface Forwarded {
  packetsPerSecond: number;
  lost: number;
  /** CPU microseconds of all workers. */
  cpuPerPacket: number;
  /** Of one core, for each worker. */
  shares: number[];
}

export interface WorkersResult {
  workers: number;
  viewers: number;
  one: Forwarded;
  /** A room for each worker. */
  rooms: Forwarded;
  /** One room, whose viewers are on all workers. */
  piped: Forwarded;
}

/** A worker with so many viewers is full where its limit is this share of a core, before it is measured. */
const ASSUMED_SHARE_A_VIEWER = 0.002;

export async function compareWorkers({ workers, viewers, durationMs }: WorkersOptions): Promise<WorkersResult> {
  const settings = { MEDIA_WORKERS: String(workers) };
  const one = await forward(await startOwnServer(), ['bench'], viewers, durationMs);
  const names = Array.from({ length: workers }, (_, index) => `bench-${index}`);
  const rooms = await forward(await startOwnServer(settings), names, viewers, durationMs);
  // Somewhat more than its share of the viewers fills a worker: the others get the rest.
  const limit = Math.ceil(100 * ASSUMED_SHARE_A_VIEWER * (viewers / workers) * 1.3);
  const spread = { ...settings, WORKER_LOAD_LIMIT: String(limit) };
  const piped = await forward(await startOwnServer(spread), ['bench'], viewers, durationMs);
  return { workers, viewers, one, rooms, piped };
}

/** Some lines. */
export function describeWorkers({ workers, viewers, one, rooms, piped }: WorkersResult): string {
  const line = (what: string, { packetsPerSecond, lost, cpuPerPacket, shares }: Forwarded): string =>
    `${what}: ${figure(packetsPerSecond, 0)} packets/s, ${lost} lost, ${figure(cpuPerPacket, 2)} us a packet ` +
    `(${shares.map(percent).join(' + ')} of a core)`;
  return [
    line(`1 worker, a room of ${viewers} viewers`, one),
    line(`${workers} workers, a room of ${viewers} viewers on each`, rooms),
    line(`${workers} workers, one room of ${viewers} viewers on all`, piped),
    `packets for each CPU second beside one worker: ${figure(one.cpuPerPacket / rooms.cpuPerPacket, 2)} ` +
      `with a room on each, ${figure(one.cpuPerPacket / piped.cpuPerPacket, 2)} through pipes; ` +
      `forwarded in the same time: ${figure(rooms.packetsPerSecond / one.packetsPerSecond, 2)} times one`,
  ].join('\n');
}

async function forward(
  target: Target,
  rooms: readonly string[],
  viewers: number,
  durationMs: number,
): Promise<Forwarded> {
  const loaded: LoadedTarget[] = [];
  try {
    // One after another: each publisher goes to the worker with the least to do.
    for (const room of rooms) {
      loaded.push(await LoadedTarget.start(inRoom(target, room), SHAPES.frames));
      await loaded.at(-1)?.add(viewers);
      await pause(SETTLE_MS);
    }
    const results = await Promise.all(loaded.map((one) => one.measure(durationMs)));
    return summarize(results);
  } finally {
    for (const one of loaded) await one.end();
    await target.end();
  }
}

/** The same server, another room; it goes on when that room's load ends. */
function inRoom(target: Target, room: string): Target {
  const at = (url: string): string => url.replace(/[^/]*$/, room);
  return { ...target, whip: at(target.whip), whep: at(target.whep), end: () => Promise.resolve() };
}

/** Every room's measurement counts the CPU of the whole server, at the same time. */
function summarize(results: readonly TargetResult[]): Forwarded {
  const sum = (value: (result: TargetResult) => number): number =>
    results.reduce((total, result) => total + value(result), 0);
  const packetsPerSecond = sum((result) => result.packetsPerSecond);
  const [first] = results;
  const cpuPerSecond = (first?.cpuPerPacket ?? 0) * (first?.packetsPerSecond ?? 0);
  return {
    packetsPerSecond,
    lost: sum(({ lost }) => lost),
    cpuPerPacket: cpuPerSecond / packetsPerSecond,
    shares: first?.mediaCpuShares ?? [],
  };
}
