/** What more workers bring: CPU a packet with the same viewers, and capacity, beside those of one. */
import { type CapacityResult, measureCapacity } from './capacity.ts';
import { SHAPES } from './load/shape.ts';
import { measureServer, type ServerResult } from './measure/server-run.ts';
import { startOwnServer, type Target } from './measure/target.ts';
import { figure, percent } from './text-table.ts';

export interface WorkersOptions {
  workers: number;
  viewers: number;
  durationMs: number;
  /** Viewers that a step of the capacity runs adds. */
  step: number;
}

export interface WorkersResult {
  workers: number;
  one: { forwarding: ServerResult; capacity: CapacityResult };
  several: { forwarding: ServerResult; capacity: CapacityResult };
  /** Packets forwarded for each second of CPU, and at the limit: several workers to one. */
  efficiencyRatio: number;
  capacityRatio: number;
}

/** All viewers are in one room; where they go is the server's affair. */
export async function compareWorkers({ workers, viewers, durationMs, step }: WorkersOptions): Promise<WorkersResult> {
  const start = (count: number) => (): Promise<Target> => startOwnServer({ MEDIA_WORKERS: String(count) });
  const run = { shape: SHAPES.frames, viewers, durationMs, loadProcesses: 1 };
  const forwarding = [await measureServer(run, start(1)), await measureServer(run, start(workers))] as const;
  const capacity = [
    await measureCapacity({ startTarget: start(1), step, durationMs }),
    await measureCapacity({ startTarget: start(workers), step, durationMs }),
  ] as const;
  return {
    workers,
    one: { forwarding: forwarding[0], capacity: capacity[0] },
    several: { forwarding: forwarding[1], capacity: capacity[1] },
    efficiencyRatio: forwarding[0].cpuPerPacket / forwarding[1].cpuPerPacket,
    capacityRatio: packetsPerSecond(capacity[1]) / packetsPerSecond(capacity[0]),
  };
}

/** Some lines. */
export function describeWorkers({ workers, one, several, ...ratios }: WorkersResult): string {
  const line = (count: number, { forwarding, capacity }: WorkersResult['one']): string =>
    `${count} worker${count > 1 ? 's' : ''}: ${figure(forwarding.cpuPerPacket, 2)} us a packet at ` +
    `${forwarding.viewers} viewers (${forwarding.mediaCpuShares.map(percent).join(' + ')} of a core), ` +
    `at most ${figure(packetsPerSecond(capacity), 0)} packets/s (${capacity.reason})`;
  return [
    line(1, one),
    line(workers, several),
    `packets for each CPU second: ${figure(ratios.efficiencyRatio, 2)} of one; ` +
      `at the limit: ${figure(ratios.capacityRatio, 2)} times one, on a machine that the load shares`,
  ].join('\n');
}

function packetsPerSecond({ good }: CapacityResult): number {
  return good?.packetsPerSecond ?? Number.NaN;
}
