/** The options of `npm run bench:compare`. */
import { parseArgs } from 'node:util';
import type { PeerCommand } from './measure/target.ts';
import { type BenchOptions, parseBenchOptions } from './options.ts';

export interface CompareOptions extends Pick<BenchOptions, 'cells' | 'durationMs' | 'rounds' | 'json'> {
  peer: PeerCommand;
  name: string;
}

const DEFAULT_VIEWERS = '100';

/** Reads the arguments. Throws an Error with a sentence for the user where one is wrong or missing. */
export function parseCompareOptions(args: readonly string[]): CompareOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ peer: text, whip: text, whep: text, name: text },
      ...{ load: text, viewers: text, seconds: text, rounds: text, json: text },
    },
  });
  const { peer: command, whip, whep, name = 'peer', viewers = DEFAULT_VIEWERS, ...bench } = values;
  if (command === undefined || whip === undefined || whep === undefined) {
    throw new Error("bench:compare needs --peer '<start command>', --whip URL and --whep URL");
  }
  const rest = ['load', 'seconds', 'rounds', 'json'] as const;
  const passed = rest.flatMap((option) => (bench[option] === undefined ? [] : [`--${option}`, bench[option]]));
  const { cells, durationMs, rounds, json } = parseBenchOptions(['--viewers', viewers, ...passed]);
  return { peer: { command, whip, whep }, name, cells, durationMs, rounds, json };
}
