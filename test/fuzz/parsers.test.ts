import { readFileSync, readdirSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fuzz } from './fuzzer.ts';
import { TARGETS } from './targets/index.ts';

const PROTOCOL_FOLDER = join(import.meta.dirname, '../../src/protocol');
const SEED = 1;
/** Mutations a target, beside its corpus: enough to come by every parser. */
const MUTATIONS = 100;

/** An exported function with its parameters. */
const FUNCTION = /^export function\*? (\w+)\(([^)]*)\)/gm;
const READER_NAME = /^(?:parse|read|find|unwrap|iterate|negotiate|match)/;
const WRITER_NAME = /^(?:write|wrap|create|format)/;

/** Whether a function takes in what may come from the network. */
function isParser(name: string, parameters: string): boolean {
  return READER_NAME.test(name) || (/\bUint8Array\b/.test(parameters) && !WRITER_NAME.test(name));
}

/** Names of the parsers of each file below src/protocol, as 'rtp/packet.ts: parseRtpHeader'. */
function findParsers(): string[] {
  const files = readdirSync(PROTOCOL_FOLDER, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => /(?<!\.test)\.ts$/.test(file) && !file.includes('testing'));
  return sources.sort().flatMap((file) => {
    const functions = readFileSync(join(PROTOCOL_FOLDER, file), 'utf8').matchAll(FUNCTION);
    return [...functions].flatMap(([, name = '', parameters = '']) =>
      isParser(name, parameters) ? [`${file}: ${name}`] : [],
    );
  });
}

/** Runs `run` and returns the functions below src/protocol that it called, named like the parsers. */
async function calledFunctions(run: () => void): Promise<Set<string>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  run();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  return new Set(
    result.flatMap(({ url, functions }) => {
      const path = url.startsWith('file:') ? fileURLToPath(url) : url;
      const called = functions.filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
      return called.map(({ functionName }) => `${relative(PROTOCOL_FOLDER, path)}: ${functionName}`);
    }),
  );
}

describe('every parser of src/protocol has a fuzz target', () => {
  it('finds the parsers', () => {
    expect(findParsers()).toEqual(
      expect.arrayContaining([
        'rtcp/compound.ts: parseCompound',
        'rtp/packet.ts: parseRtpHeader',
        'sdp/parse-offer.ts: parseOffer',
        'stun/message.ts: parseStunMessage',
      ]),
    );
  });

  it('runs them all', async () => {
    const called = await calledFunctions(() => {
      for (const target of TARGETS) fuzz(target, SEED, (inputs) => inputs < target.corpus.length + MUTATIONS);
    });
    expect(findParsers().filter((name) => !called.has(name))).toEqual([]);
  });

  it('has a name for each target', () => {
    expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
  });
});
