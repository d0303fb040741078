/** What the overview shows, from the samples of the server. */
import type { RoomList, Overview } from '../../api/admin.ts';

/** The figures of the server at one time. */
export type Sample = Overview['samples'][number];

/** Milliseconds of the past that is shown. */
export const SPAN = 3_600_000;

/** The samples so far with newer ones behind them, as far back as is shown. */
export function joinSamples(before: readonly Sample[], { now, samples }: Overview): Sample[] {
  const first = samples[0]?.time ?? Infinity;
  const kept = before.filter(({ time }) => time < first && time > now - SPAN);
  return [...kept, ...samples];
}

/** Values for a chart; null where there is none. */
export type Line = (number | null)[];

/** One line for each of `values`, after the times in seconds since the epoch. */
export function linesOf(
  samples: readonly Sample[],
  values: readonly ((sample: Sample) => number | undefined)[],
): [Line, ...Line[]] {
  return [samples.map(({ time }) => time / 1000), ...values.map((value) => samples.map((one) => value(one) ?? null))];
}

/** The indexes of all workers that the samples know. */
export function workerIndexes(samples: readonly Sample[]): number[] {
  return [...new Set(samples.flatMap(({ workers }) => workers.map(({ index }) => index)))].sort((a, b) => a - b);
}

/** A figure of one worker in a sample. */
export function ofWorker(index: number, name: 'cpu' | 'delay'): (sample: Sample) => number | undefined {
  return ({ workers }) => workers.find((worker) => worker.index === index)?.[name];
}

/** Rooms with something wrong, and what it is. */
export function roomWarnings(rooms: RoomList): { room: string; codes: string[] }[] {
  return rooms
    .filter(({ warnings }) => warnings.length > 0)
    .map(({ name, warnings }) => ({ room: name, codes: warnings.map(({ code }) => code) }));
}
