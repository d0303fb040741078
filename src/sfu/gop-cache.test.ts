import { describe, expect, it } from 'vitest';
import { GopCache } from './gop-cache.ts';
import { RtpBatch } from './rtp-batch.ts';
import { batchOf, packetBytes, type TestPacket } from './testing/fixtures.ts';

const LIMITS = { maximumMs: 10_000, maximumBytes: 100_000 };

function add(cache: GopCache, packets: readonly TestPacket[], now: number): void {
  cache.add(batchOf(packets), 0, packets.length, now);
}

function kept(cache: GopCache): number[] {
  return Array.from({ length: cache.count }, (_, index) => cache.sequence(index));
}

describe('GopCache', () => {
  it('keeps nothing before a keyframe, and only what follows the newest', () => {
    const cache = new GopCache(LIMITS);
    add(cache, [{ sequence: 1 }], 0);
    expect(cache.count).toBe(0);
    expect(cache.isUsable(0)).toBe(false);
    cache.start(10);
    add(cache, [{ sequence: 2 }, { sequence: 3 }], 10);
    expect(kept(cache)).toEqual([2, 3]);
    const { generation } = cache;
    cache.start(20);
    add(cache, [{ sequence: 65_535, timestamp: 5000 }], 20);
    add(cache, [{ sequence: 0, timestamp: 8000 }], 53);
    expect(kept(cache)).toEqual([65_535, 0]);
    expect(cache.generation).not.toBe(generation);
    expect([cache.firstTimestamp, cache.newestTimestamp, cache.age(120)]).toEqual([5000, 8000, 100]);
  });

  it('gives packets back byte for byte but for the timestamp', () => {
    const cache = new GopCache(LIMITS);
    cache.start(0);
    const packets = Array.from({ length: 600 }, (_, index): TestPacket => ({
      sequence: index,
      timestamp: index * 3000,
      marker: index % 2 === 1,
      payload: new Uint8Array(1 + (index % 50)).fill(index),
    }));
    for (const packet of packets) add(cache, [packet], 0);
    const batch = new RtpBatch();
    for (const [index, packet] of packets.entries()) {
      batch.count = 0;
      expect(cache.read(index, 77, batch)).toBe(true);
      expect(batch.packet(0)).toEqual(packetBytes({ ...packet, timestamp: 77 }));
      expect(batch.payload(0)).toEqual(packet.payload);
      expect([batch.sequence(0), batch.timestamp(0), batch.markers[0]]).toEqual([index, 77, index % 2]);
      expect(cache.timestamp(index)).toBe(index * 3000);
    }
  });

  it('goes over many pieces of memory, of which a batch holds one', () => {
    const cache = new GopCache({ maximumMs: 10_000, maximumBytes: 10_000_000 });
    const packet = (sequence: number): TestPacket => ({ sequence, payload: new Uint8Array(1400).fill(sequence) });
    for (let round = 0; round < 3; round++) {
      cache.start(0);
      for (let sequence = 0; sequence < 1000; sequence++) add(cache, [packet(sequence)], 0);
      expect(cache.byteLength).toBe(1000 * packetBytes(packet(0)).length);
      const batch = new RtpBatch();
      let batches = 1;
      for (let sequence = 0; sequence < 1000; sequence++) {
        if (batch.full || !cache.read(sequence, 0, batch)) {
          batch.count = 0;
          batches++;
          expect(cache.read(sequence, 0, batch)).toBe(true);
        }
        expect(batch.payload(batch.count - 1)[0]).toBe(sequence & 0xff);
      }
      expect(batches).toBeGreaterThan(6);
    }
    expect(cache.read(1000, 0, new RtpBatch())).toBe(false);
  });

  it('gives up a group that outgrows the time or the bytes, until the next keyframe', () => {
    for (const limits of [
      { ...LIMITS, maximumMs: 100 },
      { ...LIMITS, maximumBytes: 40 },
    ]) {
      const cache = new GopCache(limits);
      cache.start(0);
      add(cache, [{ sequence: 1 }, { sequence: 2 }], 0);
      expect(cache.count).toBe(2);
      add(cache, [{ sequence: 3 }], 101);
      add(cache, [{ sequence: 4 }], 102);
      expect([cache.count, cache.isUsable(102)]).toEqual([0, false]);
      cache.start(200);
      add(cache, [{ sequence: 5 }], 200);
      expect(kept(cache)).toEqual([5]);
    }
  });

  it('is of no use while a hole stays open for longer than a repair takes', () => {
    const cache = new GopCache(LIMITS);
    cache.start(0);
    add(cache, [{ sequence: 1 }, { sequence: 3 }], 0);
    expect(cache.isUsable(400)).toBe(true);
    expect(cache.isUsable(600)).toBe(false);
    add(cache, [{ sequence: 2 }], 700);
    expect(cache.isUsable(700)).toBe(true);
    expect([1, 2, 3, 4, 0].map((sequence) => cache.find(sequence))).toEqual([0, 2, 1, -1, -1]);
  });
});
