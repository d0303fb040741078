import { describe, expect, it } from 'vitest';
import { RemovedSessions } from './removed-sessions.ts';

describe('the sessions that were removed', () => {
  it('are known until ten minutes later, when another is removed', () => {
    const removed = new RemovedSessions();
    removed.add('a', 0);
    removed.add('b', 300_000);
    expect([removed.has('a'), removed.has('b'), removed.has('c')]).toEqual([true, true, false]);
    removed.add('c', 600_000);
    expect([removed.has('a'), removed.has('b'), removed.has('c')]).toEqual([false, true, true]);
  });

  it('are not more than so many', () => {
    const removed = new RemovedSessions();
    for (let number = 0; number <= 20_000; number++) removed.add(String(number), number);
    expect([removed.has('0'), removed.has('1'), removed.has('20000')]).toEqual([false, true, true]);
  });
});
