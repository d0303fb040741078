import { describe, expect, it } from 'vitest';
import { secondsLeft } from './countdown.ts';

describe('secondsLeft', () => {
  it('counts 3, 2, 1 and is over', () => {
    const shown = [0, 999, 1000, 1999, 2000, 2999, 3000, 9000].map((now) => secondsLeft(50, 50 + now));
    expect(shown).toEqual([3, 3, 2, 2, 1, 1, undefined, undefined]);
  });
});
