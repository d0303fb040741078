import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Counter24Unwrapper,
  SequenceUnwrapper,
  TimestampUnwrapper,
  isNewerSequence,
  sequenceDifference,
  timestampDifference,
} from './sequence.ts';

describe('sequenceDifference', () => {
  it('takes the shortest way round', () => {
    expect(sequenceDifference(5, 3)).toBe(2);
    expect(sequenceDifference(3, 5)).toBe(-2);
    expect(sequenceDifference(0, 65_535)).toBe(1);
    expect(sequenceDifference(65_535, 0)).toBe(-1);
    expect(sequenceDifference(32_767, 0)).toBe(32_767);
    expect(sequenceDifference(32_768, 0)).toBe(-32_768);
  });

  it('orders across the wrap', () => {
    expect(isNewerSequence(0, 65_535)).toBe(true);
    expect(isNewerSequence(65_535, 0)).toBe(false);
    expect(isNewerSequence(7, 7)).toBe(false);
  });
});

describe('timestampDifference', () => {
  it('takes the shortest way round', () => {
    expect(timestampDifference(0, 0xffffffff)).toBe(1);
    expect(timestampDifference(0xffffffff, 0)).toBe(-1);
    expect(timestampDifference(0x7fffffff, 0)).toBe(0x7fffffff);
    expect(timestampDifference(0x80000000, 0)).toBe(-0x80000000);
  });
});

describe('unwrappers', () => {
  it('go on across several wraps', () => {
    const unwrapper = new SequenceUnwrapper();
    let expected = 65_000;
    for (let step = 0; step < 500; step += 1) {
      expect(unwrapper.unwrap(expected & 0xffff)).toBe(expected);
      expected += 1000;
    }
  });

  it('place a late value before the wrap', () => {
    const unwrapper = new SequenceUnwrapper();
    expect(unwrapper.unwrap(65_535)).toBe(65_535);
    expect(unwrapper.unwrap(1)).toBe(65_537);
    expect(unwrapper.unwrap(65_534)).toBe(65_534);
    expect(unwrapper.unwrap(2)).toBe(65_538);
  });

  it('start anew after a reset', () => {
    const unwrapper = new SequenceUnwrapper();
    unwrapper.unwrap(65_535);
    unwrapper.unwrap(0);
    unwrapper.reset();
    expect(unwrapper.unwrap(3)).toBe(3);
  });

  it('follow any walk of steps below half the range', () => {
    const halves: [() => { unwrap(value: number): number }, number][] = [
      [() => new SequenceUnwrapper(), 2 ** 15],
      [() => new Counter24Unwrapper(), 2 ** 23],
      [() => new TimestampUnwrapper(), 2 ** 31],
    ];
    for (const [create, half] of halves) {
      const step = fc.integer({ min: -half + 1, max: half - 1 });
      fc.assert(
        fc.property(fc.nat(2 * half - 1), fc.array(step, { maxLength: 200 }), (first, steps) => {
          const unwrapper = create();
          const range = 2 * half;
          let expected = first;
          expect(unwrapper.unwrap(first)).toBe(first);
          for (const delta of steps) {
            expected += delta;
            expect(unwrapper.unwrap(((expected % range) + range) % range)).toBe(expected);
          }
        }),
      );
    }
  });
});
