import { describe, expect, it } from 'vitest';
import { batchOf, codec, RecordingTable, TestSource, viewer } from './testing/fixtures.ts';
import { TrackFanOut } from './track-fan-out.ts';

function setUp() {
  const table = new RecordingTable();
  const fanOut = new TrackFanOut(table.create);
  const source = new TestSource('video', codec('VP8', 96));
  let next = 0;
  const write = (count: number, now: number, keyframe = false): void => {
    const batch = batchOf(
      Array.from({ length: count }, () => ({ sequence: next++ })),
      keyframe ? 0 : -1,
    );
    source.cache.put(batch);
    fanOut.write(batch, source, now);
  };
  fanOut.add(viewer(1), 0);
  write(1, 0, true);
  return { table, fanOut, write, sent: () => table.sentTo(1).map(({ sequence }) => sequence - 100) };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a burst', () => {
  it('goes in pieces some milliseconds apart, in order, and what comes meanwhile behind it', () => {
    const { fanOut, write, sent } = setUp();
    write(120, 100);
    expect(sent()).toEqual(upTo(1 + 48));
    expect(fanOut.sendingDeadline()).toBe(104);
    write(2, 101);
    fanOut.sendWaiting(103);
    expect(sent()).toEqual(upTo(1 + 48));
    fanOut.sendWaiting(104);
    expect(sent()).toEqual(upTo(1 + 96));
    expect(fanOut.sendingDeadline()).toBe(108);
    fanOut.sendWaiting(109);
    expect(sent()).toEqual(upTo(123));
    expect(fanOut.sendingDeadline()).toBe(Number.POSITIVE_INFINITY);
    write(1, 110);
    expect(sent()).toEqual(upTo(124));
  });

  it('does not wait where packets come faster than pieces go', () => {
    const { write, sent } = setUp();
    for (let round = 0; round < 20; round++) write(100, 100 + round);
    expect(sent().length).toBeGreaterThan(2001 - 300);
    expect(sent()).toEqual(upTo(sent().length));
  });

  it('is sent whole before a viewer joins behind it', () => {
    const { table, fanOut, write, sent } = setUp();
    write(100, 100);
    fanOut.add(viewer(2), 101);
    write(1, 102, true);
    expect(sent()).toEqual(upTo(102));
    expect(table.sentTo(2)).toHaveLength(1);
  });

  it('of packets that the cache cannot hold does not wait', () => {
    const table = new RecordingTable();
    const fanOut = new TrackFanOut(table.create);
    const source = new TestSource('video', codec('VP8', 96));
    fanOut.add(viewer(1), 0);
    const packets = upTo(100).map((sequence) => ({ sequence, payload: new Uint8Array(1600) }));
    fanOut.write(batchOf(packets, 0), source, 0);
    expect(table.sentTo(1)).toHaveLength(100);
  });
});
