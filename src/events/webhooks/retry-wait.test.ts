import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryWait } from './retry-wait.ts';

describe('retryWait', () => {
  it('doubles up to ten minutes, and takes half of that or more', () => {
    expect([1, 2, 3, 10, 11, 1000].map((failures) => retryWait(failures, 1))).toEqual([
      ...[1000, 2000, 4000, 512_000, 600_000, 600_000],
    ]);
    expect([1, 2, 3, 1000].map((failures) => retryWait(failures, 0))).toEqual([500, 1000, 2000, 300_000]);
  });

  it('is never zero and never long', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const wait = retryWait(failures, chance);
        return wait >= 500 && wait <= 600_000;
      }),
    );
  });
});
