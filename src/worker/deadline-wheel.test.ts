import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineWheel } from './deadline-wheel.ts';

describe('DeadlineWheel', () => {
  it('gives an item when it is due, once', () => {
    const wheel = new DeadlineWheel<string>(1000);
    expect(wheel.set('a', 1042, 1000)).toBe(1045);
    expect(wheel.set('a', 2042, 1000)).toBe(1045);
    wheel.set('b', 1100, 1000);
    expect(wheel.deadline()).toBe(1045);
    expect(wheel.take(1044)).toEqual([]);
    expect(wheel.take(1045)).toEqual(['a']);
    expect(wheel.take(1099)).toEqual([]);
    expect(wheel.take(1100)).toEqual(['b']);
    expect(wheel.take(5000)).toEqual([]);
    expect(wheel.deadline()).toBe(Infinity);
  });

  it('keeps the earlier of two deadlines', () => {
    const wheel = new DeadlineWheel<string>(0);
    wheel.set('a', 500, 0);
    wheel.set('a', 100, 0);
    wheel.set('a', 300, 0);
    expect(wheel.take(100)).toEqual(['a']);
    expect(wheel.take(900)).toEqual([]);
  });

  it('forgets what is deleted', () => {
    const wheel = new DeadlineWheel<string>(0);
    wheel.set('a', 50, 0);
    wheel.delete('a');
    wheel.delete('b');
    expect(wheel.deadline()).toBe(Infinity);
    expect(wheel.take(1000)).toEqual([]);
  });

  it('gives what is past at the next look, and what is far away after a second', () => {
    const wheel = new DeadlineWheel<string>(2000);
    wheel.take(2004);
    wheel.set('past', 100, 2004);
    wheel.set('far', 60_000, 2004);
    wheel.set('never', Infinity, 2004);
    expect(wheel.take(wheel.deadline())).toEqual(['past']);
    expect(wheel.take(3000)).toEqual([]);
    expect(wheel.take(3005)).toEqual(['far', 'never']);
  });

  it('loses nothing and is not late, whatever it is asked', () => {
    const step = fc.record({ item: fc.nat(5), delay: fc.integer({ min: -50, max: 3000 }), pause: fc.nat(4000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = 10_000;
        const wheel = new DeadlineWheel<number>(now);
        const expected = new Map<number, number>();
        for (const { item, delay, pause } of steps) {
          wheel.set(item, now + delay, now);
          expected.set(item, Math.min(expected.get(item) ?? Infinity, now + Math.min(Math.max(delay, 0), 1000)));
          expect(wheel.deadline()).toBeLessThanOrEqual(Math.max(now, Math.min(...expected.values())) + 5);
          now += pause % 7 === 0 ? pause : pause % 40;
          for (const due of wheel.take(now)) {
            expect(expected.has(due)).toBe(true);
            expected.delete(due);
          }
          for (const time of expected.values()) expect(time).toBeGreaterThan(now - 5);
        }
      }),
    );
  });
});
