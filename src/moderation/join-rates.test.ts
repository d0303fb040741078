import { describe, expect, it } from 'vitest';
import { JoinRates } from './join-rates.ts';

describe('JoinRates', () => {
  it('lets so many in a minute, at once or one by one, and says when the next may', () => {
    const rates = new JoinRates();
    expect([rates.take('a', 2, 0), rates.take('a', 2, 0)]).toEqual([0, 0]);
    expect(rates.take('a', 2, 0)).toBeCloseTo(30_000);
    expect(rates.take('b', 2, 0)).toBe(0);
    expect(rates.take('a', 2, 20_000)).toBeCloseTo(10_000);
    expect(rates.take('a', 2, 30_001)).toBe(0);
    expect(rates.take('a', 2, 30_001)).toBeGreaterThan(29_000);
    // An hour without anybody is worth no more than a minute.
    expect([1, 2, 3].map(() => rates.take('a', 2, 3_600_000) === 0)).toEqual([true, true, false]);
  });

  it('lets all in without a limit', () => {
    const rates = new JoinRates();
    for (let n = 0; n < 1000; n++) expect(rates.take('a', 0, 0)).toBe(0);
  });
});
