/** How a media worker is started. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '../config/schema.ts';
import type { WorkerLaunch } from '../worker-pool/worker-process.ts';

export interface WorkerProgram {
  /** The environment that workers inherit, settings left out. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Another program than this server's own. */
  workerEntry?: string;
}

/** Arguments of Node that a worker must not have: the debugger's port is taken, a file of settings holds secrets. */
const NOT_INHERITED = /^--(?:inspect|env-file)/;
/** Its value is an argument of its own. */
const ENV_FILE = /^--env-file(?:-if-exists)?$/;

/**
 * A worker makes little garbage, and what a viewer needs lives long: new objects get 2 MB instead of up to 32 MB, at the
 * price of one short collection a second. It is done by the event loop's thread alone: where all cores have work, helpers
 * that wait for one hold it up longer than they save. What is inherited comes behind, and wins.
 */
const YOUNG_GENERATION = ['--max-semi-space-size=2', '--no-parallel-scavenge'] as const;

/** This server's own worker: beside its code, in the language of this file, with the loader that runs it. */
export function workerLaunch({ environment, workerEntry }: WorkerProgram): WorkerLaunch {
  const entry = workerEntry ?? fileURLToPath(new URL(`../worker/main.${sourceExtension()}`, import.meta.url));
  const inherited = process.execArgv.filter(
    (argument, index, all) => !NOT_INHERITED.test(argument) && !ENV_FILE.test(all[index - 1] ?? ''),
  );
  const hasLoader = inherited.some((argument) => argument.includes('tsx'));
  const loader = entry.endsWith('.ts') && !hasLoader ? ['--import', 'tsx'] : inherited;
  return { entry, nodeArguments: [...YOUNG_GENERATION, ...loader], environment: workerEnvironment(environment) };
}

function sourceExtension(): string {
  return import.meta.url.endsWith('.ts') ? 'ts' : 'js';
}

/** A worker reads the network: it gets no setting, so no secret, but what it is sent. */
function workerEnvironment(environment: WorkerProgram['environment']): Record<string, string> {
  const settings = new Set<string>(Object.values(SETTINGS).map(({ name }) => name));
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !settings.has(entry[0]),
  );
  return Object.fromEntries(entries);
}
