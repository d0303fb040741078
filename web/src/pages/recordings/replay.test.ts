import { describe, expect, it } from 'vitest';
import { countAt, saidBetween } from './replay.ts';

const messages = [0.5, 1, 1, 4, 60].map((offset, id) => ({ id, offset }));
const ids = (from: number, to: number): number[] => saidBetween(messages, from, to).map(({ id }) => id);

describe('the replay of a chat', () => {
  it('knows what has been said at a time', () => {
    expect([0, 0.5, 0.9, 1, 3.9, 4, 1000].map((time) => countAt(messages, time))).toEqual([0, 1, 1, 3, 3, 4, 5]);
    expect(countAt([], 5)).toBe(0);
  });

  it('says each message once while it plays', () => {
    expect([ids(0, 0.25), ids(0.25, 0.5), ids(0.5, 1), ids(1, 1.25)]).toEqual([[], [0], [1, 2], []]);
  });

  it('says nothing of what is jumped over, forward or back', () => {
    expect([ids(0, 50), ids(5, 0), ids(3.5, 3.5)]).toEqual([[], [], []]);
  });
});
