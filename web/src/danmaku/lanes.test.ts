import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DANMAKU_PLACES } from '../../../src/chat/protocol.ts';
import { type Booking, type Flight, Lanes } from './lanes.ts';

const WIDTH = 1000;
const flights = fc.record({
  width: fc.integer({ min: 10, max: 3000 }),
  lanes: fc.integer({ min: 1, max: 2 }),
  place: fc.constantFrom(...DANMAKU_PLACES),
  duration: fc.integer({ min: 2000, max: 9000 }),
});

/** Left and right end at a moment; those that stand have the lane to themselves. */
function span({ flight, booking }: Placed, at: number): [left: number, right: number] | undefined {
  if (at < booking.start || at > booking.end) return undefined;
  if (flight.place !== 'rolling') return [0, WIDTH];
  const left = WIDTH - ((WIDTH + flight.width) * (at - booking.start)) / flight.duration;
  return [left, left + flight.width];
}

interface Placed {
  flight: Flight;
  booking: Booking;
}

function shareLane(a: Placed, b: Placed): boolean {
  return a.booking.lane < b.booking.lane + b.flight.lanes && b.booking.lane < a.booking.lane + a.flight.lanes;
}

describe('lanes', () => {
  it('never let one message cover another, whatever comes when', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(flights, fc.integer({ min: 0, max: 1500 })), { maxLength: 40 }), (come) => {
        const lanes = new Lanes(WIDTH, 5, 3);
        let now = 0;
        const placed: Placed[] = [];
        for (const [flight, pause] of come) {
          now += pause;
          const booking = lanes.book(flight, now);
          if (booking !== undefined) placed.push({ flight, booking });
        }
        for (const [index, a] of placed.entries()) {
          for (const b of placed.slice(index + 1).filter((other) => shareLane(a, other))) {
            const from = Math.max(a.booking.start, b.booking.start) + 0.01;
            const to = Math.min(a.booking.end, b.booking.end) - 0.01;
            // Both move evenly: what is apart at both ends is apart between them.
            for (const at of from < to ? [from, to] : []) {
              const [one, other] = [span(a, at), span(b, at)];
              if (one === undefined || other === undefined) continue;
              const [left, right] = [Math.max(one[0], other[0], 0), Math.min(one[1], other[1], WIDTH)];
              expect(left).toBeGreaterThanOrEqual(right - 0.5);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  const rolling: Flight = { width: 200, lanes: 1, place: 'rolling', duration: 8000 };

  it('are taken from above, and those at the bottom from below', () => {
    const lanes = new Lanes(WIDTH, 6, 3);
    expect(lanes.book(rolling, 0)?.lane).toBe(0);
    expect(lanes.book(rolling, 0)?.lane).toBe(1);
    expect(lanes.book({ ...rolling, place: 'top' }, 0)?.lane).toBe(2);
    expect(lanes.book({ ...rolling, place: 'bottom' }, 0)?.lane).toBe(5);
    expect(lanes.book({ ...rolling, place: 'bottom', lanes: 2 }, 0)?.lane).toBe(3);
  });

  it('are waited for, but not for long', () => {
    const lanes = new Lanes(WIDTH, 1);
    expect(lanes.book(rolling, 0)).toEqual({ lane: 0, start: 0, end: 8000 });
    // 224 pixels at 1,200 pixels in 8 seconds.
    expect(lanes.book(rolling, 500)?.start).toBeCloseTo(1493.3, 0);
    expect(lanes.book(rolling, 600)).toBeUndefined();
    expect(lanes.book({ ...rolling, place: 'top' }, 600)).toBeUndefined();
  });

  it('have no place for what is higher than they are', () => {
    expect(new Lanes(WIDTH, 1).book({ ...rolling, lanes: 2 }, 0)).toBeUndefined();
  });
});
