import { createContext, Script } from 'node:vm';
import { BYTE_MUTATIONS } from './mutate-bytes.ts';
import { TEXT_MUTATIONS } from './mutate-text.ts';
import { SeededRandom } from './random.ts';
import type { FuzzTarget } from './target.ts';

export interface FuzzFailure {
  kind: 'thrown' | 'slow' | 'hangs';
  input: Uint8Array;
  /** What was thrown, or which bound was passed. */
  reason: string;
}

/** The path that an input took, or how it failed. */
type RunResult = { path: string | undefined } | FuzzFailure;

export interface FuzzResult {
  /** How many inputs ran. */
  inputs: number;
  /** How many different paths the inputs took, as the target names them. */
  paths: number;
  failure: FuzzFailure | undefined;
}

/** How long runs may take, in milliseconds. */
export interface FuzzLimits {
  /** Of one input. A kilobyte takes microseconds, a large SDP a few milliseconds; much more is an attack's leverage. */
  slowMs: number;
  /** Of a batch of inputs: one that takes so long hangs in the input that is running. */
  hangMs: number;
}

const DEFAULT_LIMITS: FuzzLimits = { slowMs: 100, hangMs: 20_000 };
/** A slow run counts when it is slow every time, because other processes and the collector of garbage take time too. */
const SLOW_CONFIRMATIONS = 4;
const BATCH_INPUTS = 100;
/** Largest input that mutations build up. */
const MAX_INPUT_BYTES = { binary: 4096, text: 32_768 };
const MAX_POOL = 1000;
/** Bytes around the input in its buffer: a parser that forgets the view's offset or length reads them. */
const MARGIN_BYTES = 16;
const MARGIN_VALUE = 0xa5;

/** Runs one input. Returns the path it took, or the failure. */
export function runInput(target: FuzzTarget, input: Uint8Array): RunResult {
  const buffer = new Uint8Array(input.length + 2 * MARGIN_BYTES).fill(MARGIN_VALUE);
  buffer.set(input, MARGIN_BYTES);
  const before = buffer.slice();
  try {
    const path = target.run(buffer.subarray(MARGIN_BYTES, MARGIN_BYTES + input.length));
    if (Buffer.compare(buffer, before) !== 0) return { kind: 'thrown', input, reason: 'The parser changed its input' };
    return { path };
  } catch (error) {
    return { kind: 'thrown', input, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/**
 * Runs the corpus, then mutations of it, as long as `mayContinue` (asked before each input with the number that ran)
 * and until the first failure. The same seed gives the same inputs.
 */
export function fuzz(
  target: FuzzTarget,
  seed: number,
  mayContinue: (inputs: number) => boolean,
  { slowMs, hangMs }: FuzzLimits = DEFAULT_LIMITS,
): FuzzResult {
  const random = new SeededRandom(seed);
  const pool = [...target.corpus];
  const paths = new Set<string>();
  let inputs = 0;
  let current: Uint8Array = new Uint8Array(0);
  let failure: FuzzFailure | undefined;

  function runNext(): void {
    current = inputs < target.corpus.length ? (pool[inputs] ?? current) : mutate(target, pool, random);
    inputs++;
    const result = runTimed(target, current, slowMs);
    if ('reason' in result) {
      failure = result;
    } else if (result.path !== undefined && !paths.has(result.path)) {
      paths.add(result.path);
      if (inputs > target.corpus.length) remember(pool, current, target.corpus.length, random);
    }
  }
  function runBatch(): void {
    for (let count = 0; count < BATCH_INPUTS && failure === undefined && mayContinue(inputs); count++) runNext();
  }

  const isStopped = (): boolean => failure !== undefined || !mayContinue(inputs);
  while (!isStopped()) {
    if (runWithin(hangMs, runBatch)) continue;
    failure = { kind: 'hangs', input: current, reason: `Ran longer than ${hangMs} ms` };
  }
  return { inputs, paths: paths.size, failure: failure && minimise(target, failure, hangMs) };
}

function runTimed(target: FuzzTarget, input: Uint8Array, slowMs: number): RunResult {
  let result: RunResult;
  let attempts = 0;
  let elapsed: number;
  do {
    const start = performance.now();
    result = runInput(target, input);
    elapsed = performance.now() - start;
    attempts++;
  } while (elapsed > slowMs && attempts <= SLOW_CONFIRMATIONS);
  if (elapsed <= slowMs) return result;
  return { kind: 'slow', input, reason: `Took ${Math.round(elapsed)} ms, and no less in ${attempts} runs` };
}

/** Some mutations of some input of the pool, most often one or two. */
function mutate(target: FuzzTarget, pool: readonly Uint8Array[], random: SeededRandom): Uint8Array {
  const mutations = target.format === 'text' && !random.oneIn(4) ? TEXT_MUTATIONS : BYTE_MUTATIONS;
  let input = random.pick(pool);
  do {
    if (input.length === 0) input = random.pick(pool);
    input = random.pick(mutations)(input, random, random.pick(pool));
    input = input.slice(0, MAX_INPUT_BYTES[target.format]);
  } while (random.oneIn(2));
  return input;
}

/** Puts an input into the pool, in place of an earlier find where it is full. */
function remember(pool: Uint8Array[], input: Uint8Array, corpusLength: number, random: SeededRandom): void {
  if (pool.length < MAX_POOL) pool.push(input);
  else pool[random.between(corpusLength, pool.length - 1)] = input;
}

const SCRIPT = new Script('run()');

/** Runs a function and ends it after a time, even in an endless loop. False where it had to be ended. */
function runWithin(milliseconds: number, run: () => void): boolean {
  try {
    SCRIPT.runInContext(createContext({ run }), { timeout: milliseconds });
    return true;
  } catch (error) {
    // Of another realm's class where a test runner has one of its own: known by its code alone.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
}

/** Leaves out what a failure does not need, as far as that goes in the time. */
function minimise(target: FuzzTarget, failure: FuzzFailure, milliseconds: number): FuzzFailure {
  let smallest = failure;
  function shorten(): void {
    for (let size = failure.input.length >> 1; size >= 1; size >>= 1) {
      for (let start = 0; start + size <= smallest.input.length;) {
        const { input } = smallest;
        const shorter = Uint8Array.from(Buffer.concat([input.subarray(0, start), input.subarray(start + size)]));
        const result = runInput(target, shorter);
        if ('reason' in result && headline(result.reason) === headline(failure.reason)) smallest = result;
        else start += size;
      }
    }
  }
  if (failure.kind === 'thrown') runWithin(milliseconds, shorten);
  return smallest;
}

/** The message and where it was thrown, which tell one failure from another. */
function headline(reason: string): string {
  return reason.split('\n', 2).join('\n');
}
