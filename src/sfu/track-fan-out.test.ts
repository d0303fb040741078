import { describe, expect, it } from 'vitest';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import { SubscriberTrack } from './subscriber-track.ts';
import { batchOf, codec, media, RecordingTable, TestSource } from './testing/fixtures.ts';
import { TrackFanOut } from './track-fan-out.ts';

const VIEWER_CODECS = [codec('VP8', 100), codec('H264', 102, { parameters: { 'packetization-mode': '1' } })];

function viewer(peer: number, codecs = VIEWER_CODECS): SubscriberTrack {
  return new SubscriberTrack({
    peer,
    media: media('video', codecs),
    ssrc: 1000 + peer,
    rtxSsrc: undefined,
    transportSequenceId: undefined,
    twoByteExtensions: false,
    firstSequence: 100,
  });
}

function setUp(): { table: RecordingTable; fanOut: TrackFanOut; source: TestSource } {
  const table = new RecordingTable();
  return { table, fanOut: new TrackFanOut(table.create), source: new TestSource('video', codec('VP8', 96)) };
}

describe('TrackFanOut', () => {
  it('lets a viewer join in at a keyframe, in the middle of a batch', () => {
    const { table, fanOut, source } = setUp();
    fanOut.add(viewer(1), 0);
    fanOut.write(batchOf([{ sequence: 10 }, { sequence: 11 }]), source, 0);
    expect(table.sent).toEqual([]);
    expect(source.keyframeRequests).toBe(1);
    fanOut.write(batchOf([{ sequence: 12 }, { sequence: 13 }, { sequence: 14 }], 1), source, 10);
    expect(table.sent.map(({ sequence }) => sequence)).toEqual([100, 101]);
    expect(table.sent[0]).toMatchObject({ ssrc: 1001, payloadType: 100 });
  });

  it('asks for a keyframe for each viewer that comes later, and gives the others all packets', () => {
    const { table, fanOut, source } = setUp();
    fanOut.add(viewer(1), 0);
    fanOut.write(batchOf([{ sequence: 1 }], 0), source, 0);
    fanOut.add(viewer(2), 5);
    expect(source.keyframeRequests).toBe(1);
    fanOut.write(batchOf([{ sequence: 2 }, { sequence: 3 }], 1), source, 10);
    expect(table.sentTo(1).map(({ sequence }) => sequence)).toEqual([100, 101, 102]);
    expect(table.sentTo(2).map(({ sequence }) => sequence)).toEqual([100]);
  });

  it('starts sound with the first packet', () => {
    const { table, fanOut } = setUp();
    const source = new TestSource('audio', codec('opus', 111));
    const track = new SubscriberTrack({
      peer: 1,
      media: media('audio', [codec('opus', 109)]),
      ssrc: 5,
      rtxSsrc: undefined,
      transportSequenceId: undefined,
      twoByteExtensions: false,
      firstSequence: 100,
    });
    fanOut.add(track, 0);
    fanOut.write(batchOf([{ sequence: 7, payloadType: 111 }]), source, 0);
    expect(table.sent).toEqual([{ peer: 1, ssrc: 5, payloadType: 109, sequence: 100, timestamp: 0 }]);
  });

  it('goes on without a gap when another publisher comes, with another codec too', () => {
    const { table, fanOut, source } = setUp();
    const track = viewer(1);
    fanOut.add(track, 0);
    fanOut.write(batchOf([{ sequence: 65_535, timestamp: 5000 }], 0), source, 1000);
    fanOut.write(batchOf([{ sequence: 0, timestamp: 8000 }]), source, 1033);
    fanOut.sourceEnded(source);
    expect(fanOut.size).toEqual({ active: 0, waiting: 1 });

    const next = new TestSource('video', codec('H264', 125, { parameters: { 'packetization-mode': '1' } }));
    fanOut.write(batchOf([{ sequence: 30_000, timestamp: 77 }]), next, 2033);
    expect(next.keyframeRequests).toBe(1);
    fanOut.write(batchOf([{ sequence: 30_001, timestamp: 100 }], 0), next, 3033);
    expect(table.sentTo(1).map(({ sequence }) => sequence)).toEqual([100, 101, 102]);
    expect(table.sent.at(-1)).toMatchObject({ payloadType: 102, timestamp: 8000 + 2000 * 90 });
    expect(fanOut.counters(track).packets).toBe(3);
  });

  it('counts a late packet not as the newest one', () => {
    const { table, fanOut, source } = setUp();
    fanOut.add(viewer(1), 0);
    fanOut.write(batchOf([{ sequence: 5 }, { sequence: 7 }, { sequence: 6 }], 0), source, 0);
    fanOut.sourceEnded(source);
    fanOut.write(batchOf([{ sequence: 500 }], 0), source, 100);
    expect(table.sent.map(({ sequence }) => sequence)).toEqual([100, 102, 101, 103]);
  });

  it('keeps a viewer waiting that does not know the codec', () => {
    const { table, fanOut, source } = setUp();
    fanOut.add(viewer(1, [codec('H264', 102)]), 0);
    fanOut.write(batchOf([{ sequence: 5 }], 0), source, 0);
    expect(table.sent).toEqual([]);
    expect(fanOut.size).toEqual({ active: 0, waiting: 1 });
  });

  it('closes the hole that a leaving viewer makes, with all counters kept', () => {
    const { table, fanOut, source } = setUp();
    const tracks = [viewer(1), viewer(2), viewer(3)];
    for (const track of tracks) fanOut.add(track, 0);
    fanOut.write(batchOf([{ sequence: 1 }], 0), source, 0);
    const [first, second, third] = tracks;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three tracks');
    fanOut.remove(first);
    fanOut.remove(first);
    fanOut.write(batchOf([{ sequence: 2 }, { sequence: 3 }]), source, 0);
    expect(table.sentTo(1)).toHaveLength(1);
    expect(table.sentTo(2)).toHaveLength(3);
    expect(table.sentTo(3)).toHaveLength(3);
    expect(fanOut.counters(first).packets).toBe(1);
    expect(fanOut.counters(third).packets).toBe(3);
    fanOut.remove(third);
    fanOut.remove(second);
    expect(fanOut.size).toEqual({ active: 0, waiting: 0 });
  });

  it('maps the header extensions that mean something to the viewer, and writes its MID', () => {
    const { table, fanOut, source } = setUp();
    source.extensions = [
      { id: 3, uri: EXTENSION.transportWideCc },
      { id: 4, uri: EXTENSION.mid },
      { id: 13, uri: EXTENSION.videoOrientation },
    ];
    const track = new SubscriberTrack({
      peer: 1,
      media: media('video', VIEWER_CODECS, {
        mid: 'v',
        extensions: [
          { id: 1, uri: EXTENSION.mid, direction: undefined },
          { id: 2, uri: EXTENSION.transportWideCc, direction: undefined },
          { id: 9, uri: EXTENSION.videoOrientation, direction: undefined },
        ],
      }),
      ssrc: 1,
      rtxSsrc: undefined,
      transportSequenceId: undefined,
      twoByteExtensions: true,
      firstSequence: 100,
    });
    fanOut.add(track, 0);
    fanOut.write(batchOf([{ sequence: 1 }], 0), source, 0);
    const row = table.rows[0]?.row;
    expect(row?.mid).toEqual({ id: 1, value: 'v' });
    expect([...(row?.extensionIds ?? [])]).toEqual([[13, 9]]);
    expect(row?.twoByteExtensions).toBe(true);
  });
});
