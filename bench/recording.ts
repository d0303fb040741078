/** What recording costs a media worker: CPU beside that of forwarding in the same run, and memory. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../test/support/server.ts';
import { Load } from './load/load.ts';
import { SHAPES } from './load/shape.ts';
import { pause, SETTLE_MS } from './measure/pause.ts';
import { cpuTimeMs, residentKb } from './measure/process-usage.ts';
import { BENCH_SETTINGS } from './measure/target.ts';

const VIEWERS = 10;
const RECORDINGS = 20;
/** 4 Mbit/s. */
const SHAPE = { ...SHAPES.frames, packetsPerFrame: 15, packetsAtOnce: 15 };

export interface RecordingOptions {
  durationMs: number;
  /** Of each: without recording and with it. */
  rounds: number;
}

export interface RecordingFigures {
  /** Shares of a core. */
  forwarding: number;
  recording: number;
  /** Resident kB of the worker that a recording adds to a publication, of so many at once. */
  kbPerRecording: number;
  /** Written bit/s of one recording, both formats together. */
  writtenBitrate: number;
}

interface Usage {
  /** Of a core. */
  cpu: number;
  memoryKb: number;
  /** Bytes below RECORD_DIR, written in the measured time. */
  written: number;
}

interface RecordingLoad {
  publishers: number;
  viewers: number;
  durationMs: number;
  isRecorded: boolean;
}

/** Measures with and without recording, in turns. */
export async function measureRecording({ durationMs, rounds }: RecordingOptions): Promise<RecordingFigures> {
  const one = { publishers: 1, viewers: VIEWERS, durationMs };
  const without: Usage[] = [];
  const withIt: Usage[] = [];
  for (let round = 0; round < rounds; round++) {
    without.push(await measureUsage({ ...one, isRecorded: false }));
    withIt.push(await measureUsage({ ...one, isRecorded: true }));
  }
  const many = { publishers: RECORDINGS, viewers: 0, durationMs };
  const plain = await measureUsage({ ...many, isRecorded: false });
  const recorded = await measureUsage({ ...many, isRecorded: true });
  const forwarding = mean(without.map(({ cpu }) => cpu));
  return {
    forwarding,
    recording: mean(withIt.map(({ cpu }) => cpu)) - forwarding,
    kbPerRecording: (recorded.memoryKb - plain.memoryKb) / RECORDINGS,
    writtenBitrate: mean(withIt.map(({ written }) => (written * 8000) / durationMs)),
  };
}

/** One line. */
export function describeRecording({ forwarding, recording, ...figures }: RecordingFigures): string {
  return [
    `forwarding 4 Mbit/s to ${VIEWERS} viewers: ${percent(forwarding)} of a core,`,
    `recording it besides: ${percent(recording)} (${percent(recording / forwarding)} of forwarding,`,
    `${(figures.writtenBitrate / 1e6).toFixed(1)} Mbit/s written),`,
    `${figures.kbPerRecording.toFixed(0)} kB of memory a recording, of ${RECORDINGS} at once`,
  ].join(' ');
}

async function measureUsage({ publishers, viewers, durationMs, isRecorded }: RecordingLoad): Promise<Usage> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const settings = { RECORD_ENABLED: '1', RECORD_DIR: directory, RECORD_MIN_FREE: '0' };
  const server = await startServer({ ...BENCH_SETTINGS, ...(isRecorded ? settings : {}) });
  const load = new Load({ processes: 1, isSpread: true });
  try {
    const [worker] = await server.workers();
    if (worker === undefined) throw new Error('the server has no media worker');
    for (let number = 0; number < publishers; number++) {
      await load.publish(`${server.url}/api/whip/publish/bench-${number}`, SHAPE);
    }
    if (viewers > 0) await load.play(`${server.url}/api/whep/play/bench-0`, viewers);
    // The recorder waits for both tracks before it begins.
    await pause(2 * SETTLE_MS);
    const start = { cpu: cpuTimeMs(worker), size: sizeOf(directory) };
    await load.measure(durationMs);
    const cpu = (cpuTimeMs(worker) - start.cpu) / durationMs;
    return { cpu, memoryKb: residentKb(worker), written: sizeOf(directory) - start.size };
  } finally {
    await load.end();
    await server.stop();
    rmSync(directory, { recursive: true });
  }
}

function sizeOf(directory: string): number {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return names.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
