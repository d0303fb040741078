/** How much a server forwards before packets are lost or late. */
import { cpus } from 'node:os';
import { SHAPES } from './load/shape.ts';
import { LoadedTarget, type TargetResult } from './measure/loaded-target.ts';
import { pause, SETTLE_MS } from './measure/pause.ts';
import type { Target } from './measure/target.ts';
import { figure, percent } from './text-table.ts';

/** What is still good. */
const LATENCY_LIMIT_MS = 50;

export interface CapacityOptions {
  startTarget: () => Promise<Target>;
  /** Viewers that each step adds. */
  step: number;
  durationMs: number;
  onStep?: (step: TargetResult) => void;
}

export interface CapacityResult {
  /** The last step without loss and within the limit; undefined where the first one already failed. */
  good: TargetResult | undefined;
  /** The step that ended it; undefined where there is none before MAXIMUM_VIEWERS. */
  bad: TargetResult | undefined;
  /** What ended it, in words. */
  reason: string;
}

const MAXIMUM_VIEWERS = 5000;
/** A step that fails is looked at once more: a hiccup of the machine is no limit. */
const LOOKS = 2;
const BUSY = 0.9;

/** Adds viewers of the frames load until the limit is met. */
export async function measureCapacity(options: CapacityOptions): Promise<CapacityResult> {
  const { startTarget, step, durationMs, onStep } = options;
  const loadProcesses = Math.max(1, cpus().length - 1);
  const loaded = await LoadedTarget.start(await startTarget(), SHAPES.frames, loadProcesses);
  let good: TargetResult | undefined;
  try {
    for (let viewers = step; viewers <= MAXIMUM_VIEWERS; viewers += step) {
      try {
        await loaded.add(step);
      } catch (error) {
        return { good, bad: undefined, reason: `a viewer could not join (${String(error)})` };
      }
      const result = await look(loaded, durationMs);
      onStep?.(result);
      if (!isGood(result)) return { good, bad: result, reason: reasonOf(result) };
      good = result;
    }
    return { good, bad: undefined, reason: `${MAXIMUM_VIEWERS} viewers are as many as it tries` };
  } finally {
    await loaded.end();
  }
}

async function look(loaded: LoadedTarget, durationMs: number): Promise<TargetResult> {
  for (let turn = 1; ; turn++) {
    await pause(SETTLE_MS);
    const result = await loaded.measure(durationMs);
    if (isGood(result) || turn === LOOKS) return result;
  }
}

/** Nothing lost, nobody thrown out, nothing late. */
export function isGood({ lost, closedByServer, latencyP99 }: TargetResult): boolean {
  return lost <= 0 && closedByServer === 0 && latencyP99 <= LATENCY_LIMIT_MS;
}

/** What ended it: the resource that was used up, as far as the figures tell. */
export function reasonOf(result: TargetResult): string {
  const { sendDrops, loadDrops, mediaCpuShares, loadCpuShare, latencyP99, lost } = result;
  const symptom = lost > 0 ? `${lost} packets lost` : `p99 ${figure(latencyP99)} ms`;
  const causes = [
    ...(Math.max(...mediaCpuShares) >= BUSY ? [`CPU of the worker (${mediaCpuShares.map(percent).join(', ')})`] : []),
    ...(loadCpuShare >= BUSY ? [`CPU of the load (${percent(loadCpuShare)} of a core)`] : []),
    ...(sendDrops > 0 ? [`the server's send buffer (${sendDrops} datagrams)`] : []),
    ...(loadDrops > 0 ? [`the load's receive buffers (${loadDrops} datagrams)`] : []),
  ];
  return `${symptom}: ${causes.length === 0 ? 'the machine as a whole' : causes.join(', ')}`;
}

/** One line a step. */
export function describeStep(result: TargetResult): string {
  return [
    `${result.viewers} viewers: ${figure(result.packetsPerSecond, 0)} packets/s,`,
    `${result.lost} lost, latency ${figure(result.latencyP50)} / ${figure(result.latencyP99)} ms,`,
    `${figure(result.cpuPerPacket, 2)} us a packet, worker ${result.mediaCpuShares.map(percent).join(' + ')},`,
    `load ${percent(result.loadCpuShare)}, drops ${result.sendDrops}/${result.loadDrops}`,
  ].join(' ');
}

/** The outcome, in a line. */
export function describeCapacity({ good, reason }: CapacityResult): string {
  if (good === undefined) return `No step was good. What ended it: ${reason}.`;
  return (
    `${figure(good.packetsPerSecond, 0)} packets/s to ${good.viewers} viewers without loss, ` +
    `p99 ${figure(good.latencyP99)} ms. What ended it: ${reason}.`
  );
}
