import { describe, expect, it } from 'vitest';
import { SEND_RING } from '../native/addon.ts';
import { SendRing } from './send-ring.ts';

/** A ring of four entries with one packet. */
function ringWith(sequence: number, flags: number, microseconds: number, bytes: number): SendRing {
  const words = new Uint32Array(4 * SEND_RING.entryWords);
  words.set([sequence | flags, microseconds, bytes], (sequence % 4) * SEND_RING.entryWords);
  return new SendRing(words);
}

describe('the ring of sends', () => {
  it('finds a packet by its number, with its time on the clock of `now`', () => {
    const ring = ringWith(65_534, SEND_RING.sent, 1_000_250, 1200);
    expect(ring.find(65_534, 1050)).toEqual({ time: 1000.25, bytes: 1200 });
  });

  it('reads times over the wrap of the clock', () => {
    const wrap = 2 ** 32 / 1000;
    expect(ringWith(1, SEND_RING.sent, 2 ** 32 - 1000, 1).find(1, 3 * wrap + 5)?.time).toBeCloseTo(3 * wrap - 1, 6);
    expect(ringWith(1, SEND_RING.sent, 2000, 1).find(1, 3 * wrap + 5)?.time).toBeCloseTo(3 * wrap + 2, 6);
    // Noted a moment after the clock was read.
    expect(ringWith(1, SEND_RING.sent, 7000, 1).find(1, 3 * wrap + 5)?.time).toBeCloseTo(3 * wrap + 7, 6);
  });

  it('finds no packet that was not sent, not taken by the kernel, or overwritten', () => {
    expect(ringWith(7, SEND_RING.sent, 0, 1).find(3, 0)).toBeUndefined();
    expect(ringWith(7, SEND_RING.sent, 0, 1).find(6, 0)).toBeUndefined();
    expect(ringWith(7, 0, 0, 1).find(7, 0)).toBeUndefined();
    expect(ringWith(7, SEND_RING.sent, 0, 1).find(0, 0)).toBeUndefined();
  });
});
