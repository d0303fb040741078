import { describe, expect, it } from 'vitest';
import { ntpFromUnixMs } from '../protocol/rtcp/ntp.ts';
import { SubscriberTrack } from './subscriber-track.ts';
import { batchOf, codec, RecordingTable, TestSource, viewer } from './testing/fixtures.ts';
import { TrackFanOut } from './track-fan-out.ts';

const TICKS_A_MS = 90;

/** One layer: its timestamps count from a place of their own. */
class Layer {
  readonly source = new TestSource('video', codec('VP8', 96));
  readonly #fanOut: TrackFanOut;
  readonly #timestampBase: number;
  #sequence: number;

  constructor(fanOut: TrackFanOut, rid: string, width: number, base: number) {
    this.#fanOut = fanOut;
    this.#timestampBase = base;
    this.#sequence = base & 0xffff;
    this.source.rid = rid;
    this.source.frameSize = { width, height: width / 2 };
  }

  send(now: number, keyframe = false): void {
    this.source.lastPacket = now;
    const packet = { sequence: this.#sequence, timestamp: (this.#timestampBase + now * TICKS_A_MS) >>> 0 };
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#fanOut.write(batchOf([packet], keyframe ? 0 : -1), this.source, now);
  }

  /** The publisher's clock: real time `wall` ms is the layer's present timestamp. */
  report(now: number): void {
    const rtpTimestamp = (this.#timestampBase + now * TICKS_A_MS) >>> 0;
    this.source.senderClock = { ntpTime: ntpFromUnixMs(1_000_000 + now), rtpTimestamp, arrival: now + 40 };
  }
}

function setUp() {
  const table = new RecordingTable();
  const fanOut = new TrackFanOut(table.create);
  const low = new Layer(fanOut, 'l', 320, 1000);
  const middle = new Layer(fanOut, 'm', 640, 500_000);
  const high = new Layer(fanOut, 'h', 1280, 4_294_960_000);
  const track = viewer(1);
  fanOut.add(track, 0);
  return { table, fanOut, low, middle, high, track };
}

function gaps(table: RecordingTable, peer: number): number {
  const sequences = table.sentTo(peer).map(({ sequence }) => sequence);
  return sequences.filter((sequence, index) => index > 0 && sequence !== (sequences[index - 1] ?? 0) + 1).length;
}

describe('simulcast', () => {
  it('shows the first layer that has a keyframe, and the largest from its keyframe on', () => {
    const { table, low, high, track } = setUp();
    low.send(0, true);
    high.send(5);
    expect(track.source).toBe(low.source);
    expect(high.source.keyframeRequests).toBeGreaterThan(0);
    low.send(33);
    high.send(38, true);
    low.send(66);
    high.send(71);
    expect(track.source).toBe(high.source);
    expect(table.sentTo(1)).toHaveLength(4);
    expect(gaps(table, 1)).toBe(0);
  });

  it('turns each viewer to the layer that it prefers, at a keyframe, without a gap in its numbers', () => {
    const { table, fanOut, low, middle, high, track } = setUp();
    const other = viewer(2);
    fanOut.add(other, 0);
    for (const layer of [low, middle, high]) layer.send(0, true);
    const asked = low.source.keyframeRequests;
    fanOut.prefer(track, low.source, 10);
    expect(low.source.keyframeRequests).toBe(asked + 1);
    for (const layer of [low, middle, high]) layer.send(33);
    expect([track.source, other.source]).toEqual([high.source, high.source]);
    for (const layer of [low, middle, high]) layer.send(66, layer === low);
    expect([track.source, other.source]).toEqual([low.source, high.source]);
    for (const layer of [low, middle, high]) layer.send(99);
    fanOut.prefer(track, undefined, 100);
    for (const layer of [low, middle, high]) layer.send(132, true);
    expect(track.source).toBe(high.source);
    expect([gaps(table, 1), gaps(table, 2)]).toEqual([0, 0]);
  });

  it("keeps the instant of each picture by the publisher's reports, where the layers count time from different places", () => {
    const { table, fanOut, low, high, track } = setUp();
    for (const layer of [low, high]) layer.send(0, true);
    low.report(200);
    high.report(400);
    fanOut.prefer(track, low.source, 500);
    const before = table.sentTo(1).at(-1)?.timestamp ?? 0;
    low.send(533, true);
    expect(((table.sentTo(1).at(-1)?.timestamp ?? 0) - before) >>> 0).toBe(533 * TICKS_A_MS);
  });

  it('numbers what a viewer is sent across its streams where there are layers to choose from, and else not', () => {
    const { table, fanOut, low, high } = setUp();
    const numbering = viewer(2);
    const track = new SubscriberTrack({ ...numbering.options, transportSequenceId: 5 });
    fanOut.add(track, 0);
    low.send(0, true);
    const ids = () => table.tables.flatMap(({ rows }) => rows.map(({ row }) => [row.peer, row.transportSequenceId]));
    expect(ids()).toEqual([
      [1, 0],
      [2, 0],
    ]);
    high.send(10);
    expect(ids()).toEqual([
      [1, 0],
      [2, 5],
    ]);
  });

  it('goes to another layer when the preferred one stops', () => {
    const { fanOut, low, high, track } = setUp();
    for (const layer of [low, high]) layer.send(0, true);
    fanOut.prefer(track, high.source, 0);
    for (let now = 33; now < 3000; now += 33) low.send(now);
    expect(low.source.keyframeRequests).toBeGreaterThan(0);
    low.send(3000, true);
    expect(track.source).toBe(low.source);
    expect(fanOut.size).toEqual({ active: 1, waiting: 0 });
  });

  it('waits for another publisher when all layers end', () => {
    const { fanOut, low, high, track } = setUp();
    for (const layer of [low, high]) layer.send(0, true);
    fanOut.sourceEnded(low.source);
    fanOut.sourceEnded(high.source);
    expect(fanOut.size).toEqual({ active: 0, waiting: 1 });
    expect(fanOut.sources).toEqual([]);
    const next = new Layer(fanOut, 'h', 1280, 9);
    next.send(500, true);
    expect(track.source).toBe(next.source);
  });
});
