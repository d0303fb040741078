/** A long run: npm run test:hostile -- [--requests N] [--seed N] [--connections N]; needs a built server. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { describeCrowd, runCrowd } from './crowd-run.ts';
import { runHostile } from './hostile-run.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    connections: { type: 'string', default: '10000' },
  },
});

const requests = Number(values.requests);
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
console.log(`${requests} requests in each of two rounds, seed ${seed}`);
const { faults, statuses, memory, seconds } = await runHostile({ requests, seed });
const counts = [...statuses]
  .sort(([first], [second]) => first - second)
  .map(([status, count]) => `${status}: ${count}`);
console.log(`answers by status (0: none): ${counts.join(', ')}`);
console.log(`memory after each round: ${memory.map(Math.round).join(' and ')} MB; ${seconds.toFixed(1)} s`);
for (const fault of faults) console.log(`FAILED: ${fault}\n`);
if (faults.length > 0) console.log(`again: npm run test:hostile -- --requests ${requests} --seed ${seed}`);

const crowd = await runCrowd(Number(values.connections));
console.log(describeCrowd(crowd));
for (const fault of crowd.faults) console.log(`FAILED: ${fault}\n`);
process.exitCode = faults.length + crowd.faults.length > 0 ? 1 : 0;
