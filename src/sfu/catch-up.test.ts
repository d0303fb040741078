import { describe, expect, it } from 'vitest';
import { GopCache } from './gop-cache.ts';
import { SubscriberNack } from './subscriber-nack.ts';
import { SubscriberTrack } from './subscriber-track.ts';
import { batchOf, codec, media, RecordingTable, TestSource, type TestPacket, viewer } from './testing/fixtures.ts';
import { TrackFanOut } from './track-fan-out.ts';

const FRAME_MS = 33;
const FRAME_TICKS = FRAME_MS * 90;
const PACKETS_A_FRAME = 3;

/** A broadcast of frames 33 ms apart, driven in steps of a millisecond as a worker drives it. */
class Broadcast {
  readonly table = new RecordingTable();
  readonly fanOut = new TrackFanOut(this.table.create);
  readonly source = new TestSource('video', codec('VP8', 96));
  readonly gop = new GopCache({ maximumMs: 12_000, maximumBytes: 10_000_000 });
  readonly tracks: SubscriberTrack[] = [];
  /** Time of each packet in `table.sent`. */
  readonly sentAt: number[] = [];
  now = 0;
  frame = 0;

  constructor() {
    this.source.gop = this.gop;
  }

  add(track: SubscriberTrack): void {
    this.tracks.push(track);
    this.fanOut.add(track, this.now);
    this.#note();
  }

  /** `keyframeEvery`: frames; the first is always one. */
  run(milliseconds: number, keyframeEvery = Number.POSITIVE_INFINITY): void {
    const end = this.now + milliseconds;
    for (; this.now < end; this.now++) {
      if (this.now >= this.frame * FRAME_MS) this.#sendFrame(this.frame % keyframeEvery === 0);
      this.fanOut.sendWaiting(this.now);
      this.#note();
    }
  }

  /** What a viewer got: timestamps with the time of arrival. */
  received(peer: number): { sequence: number; timestamp: number; at: number }[] {
    return this.table.sent.flatMap((packet, index) =>
      packet.peer === peer ? [{ ...packet, at: this.sentAt[index] ?? 0 }] : [],
    );
  }

  /** The timestamp that a viewer without the cache would see at this time. */
  liveTimestamp(at: number): number {
    return Math.floor(at / FRAME_MS) * FRAME_TICKS;
  }

  #sendFrame(keyframe: boolean): void {
    const packets = Array.from({ length: PACKETS_A_FRAME }, (_, index): TestPacket => ({
      sequence: (this.frame * PACKETS_A_FRAME + index) & 0xffff,
      timestamp: this.frame * FRAME_TICKS,
      marker: index === PACKETS_A_FRAME - 1,
    }));
    this.frame++;
    const batch = batchOf(packets, keyframe ? 0 : -1);
    this.source.lastPacket = this.now;
    this.source.cache.put(batch);
    this.fanOut.write(batch, this.source, this.now);
    if (keyframe) this.gop.start(this.now);
    this.gop.add(batch, 0, batch.count, this.now);
  }

  #note(): void {
    while (this.sentAt.length < this.table.sent.length) this.sentAt.push(this.now);
  }
}

function contiguous(packets: readonly { sequence: number }[]): boolean {
  return packets.every(({ sequence }, index) => index === 0 || sequence === (packets[index - 1]?.sequence ?? 0) + 1);
}

describe('catching up', () => {
  it('gives a late viewer a picture at once and the live one within two seconds, whatever the age of the keyframe', () => {
    for (const age of [600, 3000, 9900]) {
      const broadcast = new Broadcast();
      broadcast.run(age);
      const joined = broadcast.now;
      broadcast.add(viewer(1));
      expect(broadcast.received(1).length).toBeGreaterThanOrEqual(PACKETS_A_FRAME);
      broadcast.run(3000);
      const packets = broadcast.received(1);
      expect(contiguous(packets)).toBe(true);
      expect(packets[0]).toMatchObject({ sequence: 100, at: joined });
      expect(packets).toHaveLength(broadcast.frame * PACKETS_A_FRAME);
      const settled = packets.filter(({ at }) => at >= joined + 1500);
      for (const { timestamp, at } of settled) expect(timestamp).toBe(broadcast.liveTimestamp(at));
    }
  });

  it('keeps timestamps growing, and near those of a live stream, from the first packet on', () => {
    const broadcast = new Broadcast();
    broadcast.run(9900);
    broadcast.add(viewer(1));
    broadcast.run(3000);
    let before = -1;
    for (const { timestamp, at } of broadcast.received(1)) {
      expect(timestamp).toBeGreaterThanOrEqual(before);
      expect(Math.abs(timestamp - broadcast.liveTimestamp(at))).toBeLessThan(60 * 90);
      before = timestamp;
    }
    const timestamps = new Set(broadcast.received(1).map(({ timestamp }) => timestamp));
    expect(timestamps.size).toBe(broadcast.frame);
  });

  it('spreads a large keyframe over some milliseconds', () => {
    const broadcast = new Broadcast();
    const packets = Array.from({ length: 200 }, (_, sequence): TestPacket => ({ sequence, timestamp: 0 }));
    broadcast.gop.start(0);
    const [first, second] = [batchOf(packets.slice(0, 100), 0), batchOf(packets.slice(100))];
    for (const batch of [first, second]) broadcast.fanOut.write(batch, broadcast.source, 0);
    for (const batch of [first, second]) broadcast.gop.add(batch, 0, batch.count, 0);
    broadcast.add(viewer(1));
    expect(broadcast.received(1)).toHaveLength(64);
    for (const now of [5, 10, 20, 30]) broadcast.fanOut.sendWaiting(now);
    expect(broadcast.received(1).map(({ sequence }) => sequence)).toEqual(
      packets.map(({ sequence }) => 100 + sequence),
    );
  });

  it('turns to a keyframe that comes meanwhile', () => {
    const broadcast = new Broadcast();
    broadcast.run(FRAME_MS * 149, 150);
    broadcast.add(viewer(1));
    broadcast.run(2000, 150);
    const packets = broadcast.received(1);
    expect(contiguous(packets)).toBe(true);
    const settled = packets.filter(({ at }) => at > FRAME_MS * 151);
    expect(settled.length).toBeGreaterThan(100);
    for (const { timestamp, at } of settled) {
      expect(Math.abs(timestamp - broadcast.liveTimestamp(at))).toBeLessThanOrEqual(FRAME_TICKS);
    }
  });

  it('asks a publisher that answers quickly, and catches up where the answer stays out', () => {
    const broadcast = new Broadcast();
    broadcast.source.keyframeAnswerTime = 60;
    broadcast.run(2000);
    const asked = broadcast.source.keyframeRequests;
    broadcast.add(viewer(1));
    expect(broadcast.source.keyframeRequests).toBe(asked + 1);
    expect(broadcast.received(1)).toEqual([]);
    broadcast.run(119);
    expect(broadcast.received(1)).toEqual([]);
    broadcast.run(5);
    expect(broadcast.received(1).length).toBeGreaterThan(0);
  });

  it('starts a viewer with a broken picture anew where the publisher ignores requests, once a second', () => {
    const broadcast = new Broadcast();
    const track = viewer(1);
    broadcast.add(track);
    broadcast.source.ignoresKeyframeRequests = true;
    broadcast.run(3000);
    const before = broadcast.received(1).length;
    expect(before).toBe(broadcast.frame * PACKETS_A_FRAME);
    broadcast.fanOut.requestKeyframe(track, broadcast.now);
    broadcast.run(500);
    for (let times = 0; times < 5; times++) broadcast.fanOut.requestKeyframe(track, broadcast.now);
    broadcast.run(1000);
    const packets = broadcast.received(1);
    expect(contiguous(packets)).toBe(true);
    expect(packets.length - before).toBe(broadcast.frame * PACKETS_A_FRAME);
    let newest = -1;
    for (const { timestamp } of packets) {
      expect(timestamp).toBeGreaterThanOrEqual(newest);
      newest = timestamp;
    }
  });

  it('sends a lost packet of the past again as it went first', () => {
    const broadcast = new Broadcast();
    broadcast.run(9900);
    const track = viewer(1);
    broadcast.add(track);
    broadcast.run(100);
    const nack = new SubscriberNack(track, broadcast.fanOut, () => false);
    nack.handleNack([105, 110], broadcast.now);
    const went = broadcast.received(1).filter(({ sequence }) => sequence === 105 || sequence === 110);
    expect(went).toHaveLength(2);
    expect(broadcast.table.resent.map(({ sequence, timestamp }) => [sequence, timestamp])).toEqual(
      went.map(({ sequence, timestamp }) => [sequence, timestamp]),
    );
    broadcast.run(2000);
    nack.handleNack([106], broadcast.now);
    expect(broadcast.table.resent).toHaveLength(3);
  });

  it('does not begin with what the viewer cannot decode, and lets go of all tables', () => {
    const broadcast = new Broadcast();
    broadcast.run(1000);
    const foreign = new SubscriberTrack({ ...viewer(1).options, media: media('video', [codec('H264', 100)]) });
    broadcast.add(foreign);
    broadcast.run(100);
    expect(broadcast.received(1)).toEqual([]);
    const tracks = [viewer(2), viewer(3), viewer(4)];
    for (const track of tracks) broadcast.add(track);
    expect(broadcast.table.tables).toHaveLength(4);
    for (const track of [foreign, ...tracks]) broadcast.fanOut.remove(track);
    expect(broadcast.fanOut.size).toEqual({ active: 0, waiting: 0 });
    for (const peer of [5, 6, 7]) broadcast.add(viewer(peer));
    expect(broadcast.table.tables).toHaveLength(4);
  });
});
