import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GapCounter } from './gap-counter.ts';

function missingIn(sequences: readonly number[]): number {
  const counter = new GapCounter();
  return sequences.reduce((sum, sequence) => sum + counter.add(sequence), 0);
}

describe('GapCounter', () => {
  it('finds nothing missing in a series that wraps', () => {
    expect(missingIn([65_534, 65_535, 0, 1])).toBe(0);
  });

  it('counts a gap until the late packet fills it', () => {
    expect(missingIn([10, 13])).toBe(2);
    expect(missingIn([10, 13, 12])).toBe(1);
    expect(missingIn([10, 13, 12, 11, 14])).toBe(0);
  });

  it('counts each packet that is left out, wherever the series begins', () => {
    const series = fc.tuple(fc.nat(65_535), fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }));
    fc.assert(
      fc.property(series, ([start, isLost]) => {
        const numbers = isLost.map((_, index) => (start + 1 + index) & 0xffff);
        const received = numbers.filter((_, index) => isLost[index] === false);
        const end = (start + 1 + isLost.length) & 0xffff;
        expect(missingIn([start, ...received, end])).toBe(isLost.filter(Boolean).length);
      }),
    );
  });
});
