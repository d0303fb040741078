/** A long run: npm run test:crash -- [--times N] [--seed N]; needs a built server. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runCrashes } from './crash-run.ts';

const { values } = parseArgs({
  options: { times: { type: 'string', default: '50' }, seed: { type: 'string' } },
});

const times = Number(values.times);
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
console.log(`kill -9, ${times} times, seed ${seed}`);
const crashes = await runCrashes({
  times,
  seed,
  onCrash: ({ afterMs, publishers, wholeGroup, files, lostMs, faults }) => {
    const killed = wholeGroup ? 'server and worker' : 'server';
    console.log(`${killed} after ${afterMs} ms with ${publishers} publishers: ${files} files, ${lostMs} ms missing`);
    for (const fault of faults) console.log(`FAILED: ${fault}`);
  },
});
const losses = crashes.map(({ lostMs }) => lostMs).sort((first, second) => first - second);
const files = crashes.reduce((sum, crash) => sum + crash.files, 0);
const median = losses[Math.floor(losses.length / 2)] ?? 0;
console.log(`${files} files; missing at the end: median ${median} ms, worst ${losses.at(-1) ?? 0} ms`);
if (crashes.some(({ faults }) => faults.length > 0)) {
  console.log(`again: npm run test:crash -- --times ${times} --seed ${seed}`);
  process.exitCode = 1;
}
