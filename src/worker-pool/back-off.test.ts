import { describe, expect, it } from 'vitest';
import { BackOff, FIRST_WAIT, HEALTHY_AFTER, LONGEST_WAIT } from './back-off.ts';

describe('BackOff', () => {
  it('doubles the wait up to the longest, and starts anew after a healthy life', () => {
    const backOff = new BackOff();
    expect([0, 0, 0].map((lifetime) => backOff.next(lifetime))).toEqual([FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4]);
    for (let i = 0; i < 10; i++) backOff.next(0);
    expect(backOff.next(HEALTHY_AFTER - 1)).toBe(LONGEST_WAIT);
    expect(backOff.next(HEALTHY_AFTER)).toBe(FIRST_WAIT);
  });
});
