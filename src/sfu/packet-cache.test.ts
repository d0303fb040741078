import { describe, expect, it } from 'vitest';
import { PacketCache } from './packet-cache.ts';
import { RtpBatch } from './rtp-batch.ts';
import { batchOf, packetBytes } from './testing/fixtures.ts';

describe('PacketCache', () => {
  it('gives back the bytes and the numbers of a packet', () => {
    const cache = new PacketCache(16);
    const packet = { sequence: 65_535, timestamp: 90_000, payloadType: 97, marker: true, payload: Uint8Array.of(9, 8) };
    cache.put(batchOf([{ sequence: 65_534 }, packet]));
    const found = new RtpBatch();
    expect(cache.get(65_535, found)).toBe(true);
    expect(found.packet(0)).toEqual(packetBytes(packet));
    expect(found.payload(0)).toEqual(packet.payload);
    expect([found.count, found.timestamp(0), found.payloadTypes[0], found.markers[0]]).toEqual([1, 90_000, 97, 1]);
  });

  it('keeps the last packets only', () => {
    const cache = new PacketCache(16);
    for (let sequence = 0; sequence < 20; sequence++) cache.put(batchOf([{ sequence }]));
    const found = new RtpBatch();
    expect(cache.get(3, found)).toBe(false);
    expect(cache.get(4, found)).toBe(true);
    expect(cache.get(19, found)).toBe(true);
    expect(cache.get(20, found)).toBe(false);
  });

  it('is empty at first, for every number', () => {
    const found = new RtpBatch();
    for (let sequence = 0; sequence < 40; sequence++) expect(new PacketCache(16).get(sequence, found)).toBe(false);
  });

  it('does not keep what does not fit a slot', () => {
    const cache = new PacketCache(16);
    cache.put(batchOf([{ sequence: 1, payload: new Uint8Array(1600) }]));
    expect(cache.get(1, new RtpBatch())).toBe(false);
  });
});
