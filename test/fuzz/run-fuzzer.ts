/**
 * Long fuzz runs: npm run fuzz -- [--target NAME] [--seconds N] [--seed N]
 * or one input again: npm run fuzz -- --target NAME --input FILE
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, runInput } from './fuzzer.ts';
import type { FuzzTarget } from './target.ts';
import { TARGETS } from './targets/index.ts';

const FAILURE_FOLDER = join(import.meta.dirname, '../../.cache/fuzz');

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    input: { type: 'string' },
  },
});

function chosenTargets(): readonly FuzzTarget[] {
  const { target: name } = values;
  const targets = name === undefined ? TARGETS : TARGETS.filter((target) => target.name === name);
  if (targets.length > 0) return targets;
  throw new Error(`No target "${name ?? ''}". There are: ${TARGETS.map((target) => target.name).join(', ')}`);
}

function fuzzFor(target: FuzzTarget, seconds: number, seed: number): boolean {
  const end = performance.now() + seconds * 1000;
  const { inputs, paths, failure } = fuzz(target, seed, () => performance.now() < end);
  console.log(`${target.name}: ${inputs} inputs, ${paths} paths, seed ${seed}`);
  if (failure === undefined) return true;
  mkdirSync(FAILURE_FOLDER, { recursive: true });
  const file = join(FAILURE_FOLDER, `${target.name}-${seed}-${inputs}.bin`);
  writeFileSync(file, failure.input);
  console.log(`FAILED: ${failure.reason}\ninput: ${Buffer.from(failure.input).toString('hex')}`);
  console.log(`again: npm run fuzz -- --target ${target.name} --input ${file}`);
  return false;
}

function runFile(target: FuzzTarget, file: string): boolean {
  const result = runInput(target, readFileSync(file));
  console.log(`${target.name}: ${'reason' in result ? `FAILED: ${result.reason}` : `passed (${result.path ?? ''})`}`);
  return !('reason' in result);
}

const { input } = values;
const seed = values.seed === undefined ? randomInt(2 ** 32) : Number(values.seed);
const results = chosenTargets().map((target) =>
  input === undefined ? fuzzFor(target, Number(values.seconds), seed) : runFile(target, input),
);
process.exitCode = results.includes(false) ? 1 : 0;
