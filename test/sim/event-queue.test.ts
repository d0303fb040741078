import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { SimulationRandom } from './random.ts';

describe('EventQueue', () => {
  it('runs events in the order of their time, and those of one instant in the order in which they were planned', () => {
    const events = new EventQueue();
    const random = new SimulationRandom(1);
    const ran: { time: number; order: number }[] = [];
    for (let order = 0; order < 1000; order++) {
      const time = Math.floor(random.between(0, 50));
      events.at(time, () => ran.push({ time: events.now, order }));
    }
    events.runUntil(50);
    expect(ran).toHaveLength(1000);
    expect(ran).toEqual([...ran].sort((a, b) => a.time - b.time || a.order - b.order));
  });

  it('leaves what is later than the end for the next run', () => {
    const events = new EventQueue();
    const ran: number[] = [];
    events.every(10, () => ran.push(events.now));
    events.runUntil(25);
    expect([...ran, events.now]).toEqual([0, 10, 20, 25]);
    events.runUntil(30);
    expect(ran).toEqual([0, 10, 20, 30]);
  });
});
