import { describe, expect, it } from 'vitest';
import { median, percentile } from './percentile.ts';

describe('percentile', () => {
  it('sorts by value, whatever the order', () => {
    expect(percentile([100, 9, 20], 0.5)).toBe(20);
  });

  it('gives the longest for a share of 1, and nothing for nothing', () => {
    expect(percentile([3, 1, 2], 1)).toBe(3);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('median', () => {
  it('is the middle one, or the mean of the two in the middle', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
