import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { Link, type LinkDescription } from './link.ts';
import { SimulationRandom } from './random.ts';

/** Sends packets of 1000 bytes evenly and returns when each arrived. */
function run(description: LinkDescription, count: number, intervalMs: number) {
  const events = new EventQueue();
  const link = new Link(events, new SimulationRandom(7), description);
  const arrivals: { index: number; time: number }[] = [];
  for (let index = 0; index < count; index++) {
    events.at(index * intervalMs, () => link.send(1000, () => arrivals.push({ index, time: events.now })));
  }
  events.runUntil(count * intervalMs + 10_000);
  return { link, arrivals };
}

describe('Link', () => {
  it('delays each packet by its time on the wire and the distance', () => {
    const { arrivals } = run({ rate: 1_000_000, delayMs: 20 }, 3, 100);
    expect(arrivals.map(({ time }) => time)).toEqual([28, 128, 228]);
  });

  it('queues what comes faster than its rate, and drops what finds the queue full', () => {
    const { link, arrivals } = run({ rate: 1_000_000, queueMs: 40 }, 100, 4);
    const last = arrivals.at(-1);
    expect((last?.time ?? 0) - 4 * (last?.index ?? 0)).toBeLessThanOrEqual(48);
    expect(link.overflowed + arrivals.length).toBe(100);
    expect(link.overflowed).toBeGreaterThan(40);
  });

  it('follows changes of its rate', () => {
    const { arrivals } = run({ rate: 8_000_000, changes: [{ at: 500, rate: 1_000_000 }] }, 100, 10);
    expect(arrivals[10]?.time).toBe(101);
    expect(arrivals[60]?.time).toBe(608);
  });

  it('loses at random, and in bursts of the length that it is told', () => {
    expect(run({ loss: 0.1 }, 10_000, 1).link.lost / 10_000).toBeCloseTo(0.1, 1);
    const { arrivals } = run({ burst: { start: 0.01, length: 10, loss: 1 } }, 50_000, 1);
    const gaps = arrivals
      .map(({ index }, position) => index - (arrivals[position - 1]?.index ?? -1) - 1)
      .filter((gap) => gap > 0);
    const average = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(average).toBeGreaterThan(8);
    expect(average).toBeLessThan(12);
  });

  it('keeps the order under jitter, and breaks it where it is told to', () => {
    const inOrder = (arrivals: readonly { index: number }[]) =>
      arrivals.every(({ index }, position) => index >= (arrivals[position - 1]?.index ?? 0));
    expect(inOrder(run({ jitterMs: 50 }, 1000, 5).arrivals)).toBe(true);
    const { arrivals } = run({ reorder: { chance: 0.1, byMs: 12 }, duplicate: 0.1 }, 1000, 5);
    expect(inOrder(arrivals)).toBe(false);
    expect(arrivals.length).toBeGreaterThan(1050);
  });
});
