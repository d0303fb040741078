import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer, type OrderedPacket } from './jitter-buffer.ts';
import type { MediaPacket } from './media-packet.ts';

const WAIT = 1200;

function packet(sequence: number, bytes = 1): MediaPacket {
  return { sequence: sequence & 0xffff, timestamp: 0, marker: false, payload: new Uint8Array(bytes) };
}

/** Sequence numbers, the ones behind a loss with an exclamation mark. */
function show(packets: readonly OrderedPacket[]): string {
  return packets.map(({ sequence, afterLoss }) => `${afterLoss ? '!' : ''}${sequence}`).join(' ');
}

/** A buffer that has given out the packet before `next` at time 0. */
function startedAt(next: number): JitterBuffer {
  const buffer = new JitterBuffer(WAIT);
  buffer.receive(packet(next - 1), -100);
  expect(show(buffer.poll(0))).toBe(String((next - 1) & 0xffff));
  return buffer;
}

describe('the jitter buffer', () => {
  it('hands packets on at once while they come in order', () => {
    const buffer = startedAt(65_535);
    expect(buffer.deadline()).toBe(Number.POSITIVE_INFINITY);
    for (const sequence of [65_535, 0, 1]) {
      buffer.receive(packet(sequence), 10);
      expect(show(buffer.poll(10))).toBe(String(sequence));
    }
  });

  it('waits at the beginning for packets that the first one overtook', () => {
    const buffer = new JitterBuffer(WAIT);
    buffer.receive(packet(1), 1000);
    buffer.receive(packet(65_535), 1010);
    expect(buffer.poll(1040)).toEqual([]);
    expect(buffer.deadline()).toBe(1050);
    buffer.receive(packet(0), 1045);
    expect(show(buffer.poll(1050))).toBe('65535 0 1');
  });

  it('waits for a gap to be filled, and leaves out what comes twice', () => {
    const buffer = startedAt(10);
    for (const sequence of [11, 12, 11, 9]) buffer.receive(packet(sequence), 10);
    expect(buffer.poll(10)).toEqual([]);
    buffer.receive(packet(10), 900);
    expect(show(buffer.poll(900))).toBe('10 11 12');
    buffer.receive(packet(11), 910);
    expect(buffer.poll(5000)).toEqual([]);
    expect(buffer.lost).toBe(0);
  });

  it('tells when each packet came', () => {
    const buffer = startedAt(10);
    buffer.receive(packet(11), 10);
    buffer.receive(packet(10), 50);
    expect(buffer.poll(50).map(({ arrival }) => arrival)).toEqual([50, 10]);
  });

  it('gives a gap up after the time in which a retransmission may come', () => {
    const buffer = startedAt(10);
    buffer.receive(packet(12), 100);
    buffer.receive(packet(13), 900);
    expect(buffer.deadline()).toBe(100 + WAIT);
    expect(buffer.poll(100 + WAIT - 1)).toEqual([]);
    expect(show(buffer.poll(100 + WAIT))).toBe('!12 13');
    expect(buffer.lost).toBe(2);
    buffer.receive(packet(10), 2000);
    expect(buffer.poll(2000)).toEqual([]);
  });

  it('counts the time of each gap from the packet that showed it', () => {
    const buffer = startedAt(10);
    buffer.receive(packet(11), 100);
    buffer.receive(packet(13), 600);
    expect(show(buffer.poll(100 + WAIT))).toBe('!11');
    expect(buffer.deadline()).toBe(600 + WAIT);
    buffer.receive(packet(12), 1500);
    expect(show(buffer.poll(1500))).toBe('12 13');
  });

  it('holds no more packets than a bound, nor more bytes', () => {
    const buffer = startedAt(10);
    for (let sequence = 11; sequence <= 11 + 8191; sequence++) buffer.receive(packet(sequence), 1);
    expect(buffer.poll(1)).toEqual([]);
    buffer.receive(packet(11 + 8192), 1);
    expect(buffer.poll(1)).toHaveLength(8193);
    const heavy = startedAt(10);
    for (let sequence = 11; sequence < 28; sequence++) heavy.receive(packet(sequence, 1024 * 1024), 1);
    expect(heavy.poll(1)).toHaveLength(17);
  });

  it('begins anew where the source counts from far behind, but not for a stray packet', () => {
    const buffer = startedAt(40_000);
    buffer.receive(packet(20_000), 10);
    buffer.receive(packet(40_000), 20);
    buffer.receive(packet(20_001), 30);
    expect(show(buffer.poll(30))).toBe('40000');
    buffer.receive(packet(20_002), 40);
    expect(show(buffer.poll(40))).toBe('!20001 20002');
  });

  it('gives all that waits at the end', () => {
    const buffer = startedAt(10);
    for (const sequence of [15, 11, 12]) buffer.receive(packet(sequence), 10);
    expect(show(buffer.drain())).toBe('!11 12 !15');
    const unstarted = new JitterBuffer(WAIT);
    unstarted.receive(packet(3), 10);
    expect(show(unstarted.drain())).toBe('3');
  });

  it('restores every order within its wait, whatever is repeated', () => {
    const late = fc.array(fc.tuple(fc.nat(400), fc.nat(400), fc.boolean()), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(0xffff), late, (first, delays) => {
        const buffer = new JitterBuffer(WAIT);
        const events = delays.flatMap(([delay, again, repeated], index) => {
          const sent = index * 20;
          const arrivals = [index === 0 ? 0 : sent + delay, ...(repeated ? [sent + delay + again] : [])];
          return arrivals.map((now) => ({ now, sequence: first + index }));
        });
        events.sort((a, b) => a.now - b.now);
        const ordered: OrderedPacket[] = [];
        for (const { now, sequence } of events) {
          buffer.receive(packet(sequence), now);
          ordered.push(...buffer.poll(now));
        }
        ordered.push(...buffer.drain());
        expect(ordered.map(({ sequence }) => sequence)).toEqual(delays.map((_, index) => (first + index) & 0xffff));
        expect(ordered.some(({ afterLoss }) => afterLoss)).toBe(false);
        expect(buffer.lost).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
