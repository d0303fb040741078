import { describe, expect, it } from 'vitest';
import { h264ProfileDistance, parseH264Profile } from './h264-profile.ts';

describe('parseH264Profile', () => {
  it.each([
    ['42e01f', 'constrained-baseline'],
    ['42C01E', 'constrained-baseline'],
    ['4d801f', 'constrained-baseline'],
    ['58c01f', 'constrained-baseline'],
    ['42001f', 'baseline'],
    ['58801f', 'baseline'],
    ['4d001f', 'main'],
    ['4d401f', 'main'],
    ['58001f', 'extended'],
    ['64001f', 'high'],
    ['640c1f', 'constrained-high'],
    ['6e001f', 'high-10'],
    ['7a001f', 'high-4:2:2'],
    ['f4001f', 'high-4:4:4-predictive'],
    [undefined, 'baseline'],
    ['64401f', undefined],
    ['ff001f', undefined],
    ['42e0', undefined],
    ['42e01fx', undefined],
    ['', undefined],
  ])('%s is %s', (profileLevelId, profile) => {
    expect(parseH264Profile(profileLevelId)).toBe(profile);
  });
});

describe('h264ProfileDistance', () => {
  it('is 0 for the same profile and grows with what includes it', () => {
    expect(h264ProfileDistance('main', 'main')).toBe(0);
    expect(h264ProfileDistance('constrained-baseline', 'baseline')).toBe(1);
    expect(h264ProfileDistance('constrained-baseline', 'high')).toBe(4);
    expect(h264ProfileDistance('main', 'high')).toBe(1);
  });

  it('is undefined where nothing is promised', () => {
    expect(h264ProfileDistance('high', 'constrained-baseline')).toBeUndefined();
    expect(h264ProfileDistance('main', 'constrained-high')).toBeUndefined();
  });
});
