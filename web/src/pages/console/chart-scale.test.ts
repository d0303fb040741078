import { describe, expect, it } from 'vitest';
import { clockFormat, STEPS, upperBound } from './chart-scale.ts';

describe('the upper end of an axis', () => {
  it('shows a loss of 0.1 % as a tenth of the chart, and of 5 % whole', () => {
    expect(upperBound(0.001, 0.01)).toBe(0.01);
    expect(upperBound(0.05, 0.01)).toBeCloseTo(0.0575);
  });

  it.each([0, null, undefined])('is there without any value: %s', (high) => {
    expect(upperBound(high, 0.01)).toBe(0.01);
  });
});

it('divides an axis into steps that grow and are short to write', () => {
  expect(STEPS).toEqual([...STEPS].sort((a, b) => a - b));
  expect(STEPS).toEqual(expect.arrayContaining([0.001, 0.002, 0.005, 0.01, 1, 500_000]));
  for (const step of STEPS) expect(String(step)).toMatch(/^(0\.0*|)[125](0*|e-5)$/);
});

it('writes seconds only where two times are less than a minute apart', () => {
  const time = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
  expect(clockFormat('en', 10)(time)).toMatch(/^\d\d:\d\d:05$/);
  expect(clockFormat('en', 600)(time)).toMatch(/^\d\d:\d\d$/);
});
