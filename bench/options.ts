/** The options of `npm run bench`. */
import { parseArgs } from 'node:util';

export type BenchLoad = 'frames' | 'even';

export interface BenchOptions {
  mode: 'table' | 'smoke' | 'capacity' | 'recording' | 'chat' | 'danmaku' | 'feedback' | 'workers';
  /** Viewers, where one number was given. */
  viewers: number | undefined;
  /** Viewers that a step of a capacity run adds. */
  step: number;
  /** What is measured of the table, in this order. */
  cells: { load: BenchLoad; viewers: number }[];
  /** Whether joins are measured too. */
  withJoins: boolean;
  durationMs: number;
  rounds: number;
  /** Media workers of the server. */
  workers: number;
  /** Where the result goes; undefined for a name of its own below bench/results. */
  json: string | undefined;
}

/** With fewer viewers, every load; with more, only the one that a machine of two cores can carry. */
const TABLE = { frames: [10, 100, 500, 1000], even: [10, 100] } as const;
const LOADS = ['frames', 'even'] as const;
const DEFAULT_SECONDS = 8;
const DEFAULT_STEP = 100;

/** Reads the arguments. Throws an Error with a sentence for the user where one is wrong. */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      load: { type: 'string' },
      viewers: { type: 'string' },
      joins: { type: 'boolean' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      step: { type: 'string' },
      workers: { type: 'string' },
      json: { type: 'string' },
      smoke: { type: 'boolean' },
      capacity: { type: 'boolean' },
      recording: { type: 'boolean' },
      chat: { type: 'boolean' },
      danmaku: { type: 'boolean' },
      feedback: { type: 'boolean' },
    },
  });
  const workers = values.workers === undefined ? 1 : positive('--workers', values.workers);
  const loads = values.load === undefined ? LOADS : values.load.split(',').map(loadOf);
  const viewers = values.viewers?.split(',').map((text) => positive('--viewers', text));
  const isPart = values.load !== undefined || viewers !== undefined || values.joins === true;
  const isJoinsOnly = values.joins === true && values.load === undefined && viewers === undefined;
  return {
    mode: modeOf({ ...values, workers }),
    viewers: viewers?.[0],
    step: values.step === undefined ? DEFAULT_STEP : positive('--step', values.step),
    cells: isJoinsOnly
      ? []
      : loads.flatMap((load) => (viewers ?? TABLE[load]).map((count) => ({ load, viewers: count }))),
    withJoins: values.joins === true || !isPart,
    durationMs: 1000 * (values.seconds === undefined ? DEFAULT_SECONDS : positive('--seconds', values.seconds)),
    rounds: values.rounds === undefined ? 1 : positive('--rounds', values.rounds),
    workers,
    json: values.json,
  };
}

function modeOf(values: {
  smoke?: boolean;
  capacity?: boolean;
  recording?: boolean;
  chat?: boolean;
  danmaku?: boolean;
  feedback?: boolean;
  workers: number;
}): BenchOptions['mode'] {
  if (values.smoke === true) return 'smoke';
  if (values.recording === true) return 'recording';
  if (values.chat === true) return 'chat';
  if (values.danmaku === true) return 'danmaku';
  if (values.feedback === true) return 'feedback';
  if (values.capacity === true) return 'capacity';
  return values.workers > 1 ? 'workers' : 'table';
}

function loadOf(text: string): BenchLoad {
  const load = LOADS.find((name) => name === text);
  if (load === undefined) throw new Error(`--load takes ${LOADS.join(' and ')}, not "${text}"`);
  return load;
}

/** A whole number above 0. */
export function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${option} takes whole numbers above 0, not "${text}"`);
  return value;
}
