import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

function histogramOf(durations: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const duration of durations) histogram.add(duration);
  return histogram;
}

describe('LatencyHistogram', () => {
  it('tells the percentiles of a known series to within a step', () => {
    const histogram = histogramOf(Array.from({ length: 1000 }, (_, index) => index / 10));
    expect(histogram.percentile(0.5)).toBeCloseTo(50, 0);
    expect(histogram.percentile(0.99)).toBeCloseTo(99, 0);
    expect(histogram.longest).toBe(99.9);
    expect(histogram.percentile(1)).toBeCloseTo(99.9, 1);
  });

  it('has no percentile where nothing was counted', () => {
    expect(new LatencyHistogram().percentile(0.5)).toBeNaN();
  });

  it('gives the longest where that lies beyond its steps', () => {
    expect(histogramOf([5000]).percentile(0.5)).toBe(5000);
  });

  it('leaves out what is no duration', () => {
    expect(histogramOf([Number.NaN, -1, 2]).total).toBe(1);
  });

  it('merges to what one histogram of all would tell', () => {
    const durations = fc.array(fc.double({ min: 0, max: 2000, noNaN: true }));
    fc.assert(
      fc.property(durations, durations, (first, second) => {
        const merged = histogramOf(first);
        merged.merge(histogramOf(second).counts());
        expect(merged.counts()).toEqual(histogramOf([...first, ...second]).counts());
        expect(merged.total).toBe(first.length + second.length);
      }),
    );
  });

  it('is empty after a reset', () => {
    const histogram = histogramOf([1, 2]);
    histogram.reset();
    expect(histogram.counts()).toEqual({ steps: [], longest: 0 });
    expect(histogram.total).toBe(0);
  });
});
