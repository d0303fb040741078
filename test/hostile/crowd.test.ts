import { expect, it } from 'vitest';
import { describeCrowd, runCrowd } from './crowd-run.ts';

/** More than an address may have; npm run test:hostile lets ten times as many come. */
const CONNECTIONS = 1200;

it(`${CONNECTIONS} connections from one address, for nothing, chats and events: the limits hold, others notice nothing`, async () => {
  const result = await runCrowd(CONNECTIONS);
  expect(result.faults, describeCrowd(result)).toEqual([]);
  expect(result.floods.map(({ held }) => held > 0)).toEqual([true, true, true]);
  expect(result.floods.every(({ neighbour }) => neighbour.requests > 3)).toBe(true);
}, 120_000);
