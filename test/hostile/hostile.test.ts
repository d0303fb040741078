import { expect, it } from 'vitest';
import { runHostile } from './hostile-run.ts';
import { generateRequest } from './request.ts';

/** npm run test:hostile runs more of them. */
const REQUESTS = 2000;
const SEED = 20_261;

it('generates the same request for the same seed and index, and others for others', () => {
  const text = (seed: number, index: number): string => generateRequest(seed, index, []).bytes.toString('latin1');
  expect(text(1, 7)).toBe(text(1, 7));
  const different = new Set(Array.from({ length: 100 }, (_, index) => text(1 + (index % 2), index)));
  expect(different.size).toBeGreaterThan(95);
});

it(`${REQUESTS} hostile requests, twice: no 5xx but for want of room, no crash, no leak, answers within the table`, async () => {
  const { faults, statuses } = await runHostile({ requests: REQUESTS, seed: SEED });
  expect(faults.join('\n\n')).toBe('');
  // The requests reach what they are meant to test.
  for (const status of [200, 201, 204, 400, 401, 404, 405, 412, 413, 415, 422, 428]) {
    expect({ status, count: statuses.get(status) ?? 0 }).not.toEqual({ status, count: 0 });
  }
}, 120_000);
