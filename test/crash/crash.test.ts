/** A few of the many crashes of `npm run test:crash`. */
import { expect, it } from 'vitest';
import { runCrashes } from './crash-run.ts';

it('kill -9 while publications are recorded costs less than a second, and every file plays', async () => {
  const crashes = await runCrashes({ times: 3, seed: 20_261_122 });
  expect(crashes.flatMap(({ faults }) => faults)).toEqual([]);
  expect(crashes.every(({ files }) => files > 0)).toBe(true);
});
