/** A target under a load: viewers are added and removed, and what it takes is measured. */
import { Load, type LoadResult } from '../load/load.ts';
import type { LoadShape } from '../load/shape.ts';
import { longestLoopDelay, readMetrics, sendDrops } from './metrics-page.ts';
import { pause } from './pause.ts';
import { cpuTimeMs, cpuTimeOf, residentOf } from './process-usage.ts';
import type { Target } from './target.ts';

export interface TargetResult extends LoadResult {
  packetsPerSecond: number;
  /** CPU microseconds of the processes that forward for each packet that reached a viewer. */
  cpuPerPacket: number;
  /** The same of all its processes. */
  allCpuPerPacket: number;
  /** Of one core, for each process that forwards. */
  mediaCpuShares: number[];
  /** Datagrams that the target's socket had no room for; 0 where it does not tell. */
  sendDrops: number;
  /** Longest delay of an event loop that forwards, ms; 0 where the target does not tell. */
  loopDelayLongest: number;
}

/** Many joins at once cost a machine that forwards near its limit more than it has left: they are measured apart. */
const JOINS_A_STEP = 50;
const STEP_PAUSE_MS = 300;

export class LoadedTarget {
  readonly target: Target;
  readonly #load: Load;

  private constructor(target: Target, loadProcesses: number) {
    this.target = target;
    this.#load = new Load({ processes: loadProcesses, isSpread: target.isSpread });
  }

  /** Begins to publish. Ends the target where that fails. */
  static async start(target: Target, shape: LoadShape, loadProcesses = 1): Promise<LoadedTarget> {
    const loaded = new LoadedTarget(target, loadProcesses);
    try {
      await loaded.#load.publish(target.whip, shape);
    } catch (error) {
      await loaded.end();
      throw error;
    }
    return loaded;
  }

  /** Adds viewers, a few at a time. Returns how long each took to SRTP, ms. */
  async add(viewers: number): Promise<number[]> {
    const times: number[] = [];
    for (let left = viewers; left > 0; left -= JOINS_A_STEP) {
      times.push(...(await this.#load.play(this.target.whep, Math.min(JOINS_A_STEP, left))));
      await pause(STEP_PAUSE_MS);
    }
    return times;
  }

  /** All viewers report once a second what they get, or no more. */
  report(isOn: boolean): Promise<void> {
    return this.#load.report(isOn);
  }

  /** Resident memory of the processes that forward, kB. */
  memoryKb(): number {
    return residentOf(this.target.mediaPids());
  }

  async measure(durationMs: number): Promise<TargetResult> {
    const { target } = this;
    const media = target.mediaPids();
    const before = await this.#metrics();
    const start = { all: cpuTimeOf(target.allPids()), media: media.map(cpuTimeMs) };
    const result = await this.#load.measure(durationMs);
    const used = media.map((pid, index) => cpuTimeMs(pid) - (start.media[index] ?? 0));
    const all = cpuTimeOf(target.allPids()) - start.all;
    const after = await this.#metrics();
    return {
      ...result,
      packetsPerSecond: (result.packets * 1000) / result.durationMs,
      cpuPerPacket: (used.reduce((sum, cpu) => sum + cpu, 0) * 1000) / result.packets,
      allCpuPerPacket: (all * 1000) / result.packets,
      mediaCpuShares: used.map((cpu) => cpu / result.durationMs),
      sendDrops: sendDrops(after) - sendDrops(before),
      loopDelayLongest: longestLoopDelay(after),
    };
  }

  async end(): Promise<void> {
    await this.#load.end();
    await this.target.end();
  }

  async #metrics(): Promise<string> {
    const { origin } = this.target;
    return origin === undefined ? '' : readMetrics(origin);
  }
}
