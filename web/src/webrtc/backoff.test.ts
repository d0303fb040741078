import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay } from './backoff.ts';

const chance = fc.double({ min: 0, max: 0.999, noNaN: true });

describe('retryDelay', () => {
  it('tries again almost at once after the first loss', () => {
    expect(retryDelay(0, 0, undefined)).toBe(0);
    expect(retryDelay(0, 0.999, undefined)).toBeLessThan(300);
  });

  it('doubles up to eight seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((attempt) => retryDelay(attempt, 0, undefined))).toEqual([
      250, 500, 1000, 2000, 4000, 4000, 4000,
    ]);
    expect(retryDelay(50, 0.999, undefined)).toBeGreaterThan(7_900);
    expect(retryDelay(50, 0.999, undefined)).toBeLessThan(8_000);
  });

  it('never comes before Retry-After, nor long after it', () => {
    fc.assert(
      fc.property(fc.nat(20), chance, fc.integer({ min: 9, max: 60 }), (attempt, random, seconds) => {
        const delay = retryDelay(attempt, random, seconds);
        expect(delay).toBeGreaterThanOrEqual(seconds * 1000);
        expect(delay).toBeLessThan(seconds * 1000 + 300);
      }),
    );
  });

  it('does not wait out an endless Retry-After', () => {
    expect(retryDelay(1, 0, 86_400)).toBe(60_000);
  });
});
