/** A room's sound whose publisher sends RED, for viewers with RED and without. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRed, writeRed } from '../protocol/payload/red.ts';
import { unwrapRtx } from '../protocol/rtp/rtx.ts';
import type { Codec } from '../protocol/sdp/types.ts';
import type { FanOutTable } from './fan-out-table.ts';
import { Publisher } from './publisher.ts';
import type { RtpBatch } from './rtp-batch.ts';
import type { Sink } from './sink.ts';
import { SubscriberNack } from './subscriber-nack.ts';
import { SubscriberTrack } from './subscriber-track.ts';
import { batchOf, codec, media, negotiation, RecordingTable, type TestPacket } from './testing/fixtures.ts';
import { TrackFanOut } from './track-fan-out.ts';

const SSRC = 10;
const OPUS = codec('opus', 111, { red: { payloadType: 63, preferred: true } });
const PLAIN = codec('opus', 100);
const RED = codec('opus', 111, { red: { payloadType: 70, preferred: false } });
/** Its blocks would need another payload type than the publisher's. */
const OTHER_RED = codec('opus', 96, { red: { payloadType: 97, preferred: true } });

interface Heard {
  payloadType: number;
  sequence: number;
  timestamp: number;
  payload: number[];
}

/** Keeps the payloads beside what each viewer gets. */
class PayloadTable extends RecordingTable {
  readonly heard = new Map<number, Heard[]>();
  readonly repeated: number[][] = [];
  calls = 0;

  override send(batch: RtpBatch, firstPacket: number, packetCount: number, firstRow: number, rowCount: number): void {
    const before = this.sent.length;
    super.send(batch, firstPacket, packetCount, firstRow, rowCount);
    this.calls++;
    this.sent.slice(before).forEach(({ peer, payloadType, sequence, timestamp }, index) => {
      const payload = [...batch.payload(firstPacket + (index % packetCount))];
      const heard = this.heard.get(peer) ?? [];
      heard.push({ payloadType, sequence, timestamp, payload });
      this.heard.set(peer, heard);
    });
  }

  override resend(batch: RtpBatch, row: number): boolean {
    this.repeated.push([...batch.payload(0)]);
    return super.resend(batch, row);
  }
}

/** The sound of a packet: its own, and that of the one before. */
function sound(sequence: number): Uint8Array {
  return Uint8Array.of(0xf8, sequence & 0xff, sequence >> 8);
}

function opus(sequence: number): TestPacket {
  return { sequence, timestamp: 960 * sequence, payloadType: 111, payload: sound(sequence) };
}

function red(sequence: number): TestPacket {
  const earlier = { payloadType: 111, timestampOffset: 960, data: sound((sequence - 1) & 0xffff) };
  const payload = writeRed([earlier], { payloadType: 111, data: sound(sequence) });
  return { sequence, timestamp: 960 * sequence, payloadType: 63, payload };
}

function broadcaster(offered: Codec, sinks: readonly Sink[]): Publisher {
  const publisher = new Publisher({
    negotiation: negotiation('publish', [media('audio', [offered])]),
    ssrc: 99,
    cname: 'server',
    sendRtcp: () => true,
    gopCacheMs: 0,
    now: 0,
  });
  publisher.setSinks({ audio: sinks, video: [] });
  return publisher;
}

function setUp() {
  const table = new PayloadTable();
  const tables: FanOutTable[] = [table];
  const fanOut = new TrackFanOut(() => tables.pop() ?? new RecordingTable());
  const recorded: Heard[] = [];
  const recorder: Sink = {
    write(batch, { codec: { payloadType } }) {
      for (let index = 0; index < batch.count; index++) {
        const payload = [...batch.payload(index)];
        expect(batch.payloadTypes[index]).toBe(payloadType);
        recorded.push({ payloadType, sequence: batch.sequence(index), timestamp: batch.timestamp(index), payload });
      }
    },
    sourceEnded: () => undefined,
  };
  const publisher = broadcaster(OPUS, [fanOut, recorder]);
  const add = (peer: number, takes: Codec, rtxSsrc?: number): SubscriberTrack => {
    const track = new SubscriberTrack({
      peer,
      media: media('audio', [takes]),
      ssrc: 1000 + peer,
      rtxSsrc,
      transportSequenceId: undefined,
      twoByteExtensions: false,
      firstSequence: 100 * peer,
    });
    fanOut.add(track, 0);
    return track;
  };
  const publish = (now: number, ...packets: TestPacket[]): void => publisher.handleRtp(batchOf(packets), SSRC, now);
  const heard = (peer: number): Heard[] => table.heard.get(peer) ?? [];
  const types = (peer: number): number[] => heard(peer).map(({ payloadType }) => payloadType);
  return { table, fanOut, publisher, recorded, add, publish, heard, types };
}

/** The sound of each packet, with that before it where the packet has it. */
function blocksOf(heard: readonly Heard[], redType: number): (number[] | undefined)[][] {
  return heard.map(({ payloadType, payload }) =>
    payloadType === redType
      ? (parseRed(Uint8Array.from(payload)) ?? []).map(({ payloadType: type, data }) =>
          type === 111 ? [...data] : undefined,
        )
      : [payload],
  );
}

function isContinuous(heard: readonly Heard[]): boolean {
  return heard.every(({ sequence, timestamp }, index) => {
    const before = heard[index - 1];
    if (before === undefined) return true;
    return sequence === ((before.sequence + 1) & 0xffff) && timestamp === (before.timestamp + 960) >>> 0;
  });
}

describe('sound with redundancy', () => {
  it('goes as RED to viewers with RED while the publisher sends it, and plain to everybody else', () => {
    const { add, publish, heard, types, recorded } = setUp();
    add(1, RED);
    add(2, PLAIN);
    add(3, OTHER_RED);
    publish(0, opus(1));
    publish(20, opus(2), red(3));
    publish(40, red(4));
    publish(60, opus(5));
    publish(80, red(6));
    for (let sequence = 7; sequence <= 120; sequence++) publish(80 + 20 * (sequence - 6), opus(sequence));
    const own = (sequence: number): number[] => [...sound(sequence)];
    expect(blocksOf(heard(1), 70).slice(0, 6)).toEqual([
      [own(1)],
      [own(2)],
      [own(2), own(3)],
      [own(3), own(4)],
      [own(5)],
      [own(5), own(6)],
    ]);
    expect(types(1).slice(0, 6)).toEqual([111, 111, 70, 70, 70, 70]);
    // Two seconds after the last RED, plain packets are no longer put into it.
    expect(types(1).indexOf(111, 2)).toBe(106);
    expect(
      types(1)
        .slice(106)
        .every((type) => type === 111),
    ).toBe(true);
    for (const [peer, payloadType] of [
      [2, 100],
      [3, 96],
    ] as const) {
      expect(heard(peer).map(({ payload }) => payload)).toEqual(heard(peer).map((_, index) => own(index + 1)));
      expect(new Set(types(peer))).toEqual(new Set([payloadType]));
    }
    for (const peer of [1, 2, 3]) {
      expect(heard(peer)).toHaveLength(120);
      expect(heard(peer)[0]?.sequence).toBe(100 * peer);
      expect(isContinuous(heard(peer))).toBe(true);
    }
    expect(recorded).toEqual(
      heard(2).map(({ payload }, index) => ({
        payloadType: 111,
        sequence: index + 1,
        timestamp: 960 * (index + 1),
        payload,
      })),
    );
  });

  it('goes on where a publisher without RED takes over, and one with RED again', () => {
    const { table, fanOut, publisher, add, publish, heard, types } = setUp();
    add(1, RED);
    add(2, PLAIN);
    publish(0, red(1));
    publish(20, red(2));
    publisher.setSinks({ audio: [], video: [] });
    const next = broadcaster(codec('opus', 109), [fanOut]);
    const packet = (sequence: number): TestPacket => ({ ...opus(sequence), payloadType: 109 });
    next.handleRtp(batchOf([packet(5000)]), 50, 40);
    next.handleRtp(batchOf([packet(5001)]), 50, 60);
    next.setSinks({ audio: [], video: [] });
    broadcaster(OPUS, [fanOut]).handleRtp(batchOf([red(9000)]), 60, 80);
    expect(types(1)).toEqual([70, 70, 111, 111, 70]);
    expect(types(2)).toEqual([100, 100, 100, 100, 100]);
    for (const peer of [1, 2]) expect(isContinuous(heard(peer))).toBe(true);
    expect(table.heard.size).toBe(2);
  });

  it('is counted over changes of its form', () => {
    const { fanOut, add, publish } = setUp();
    const track = add(1, RED);
    publish(0, opus(1));
    publish(20, red(2));
    publish(3000, opus(3));
    expect(fanOut.counters(track)).toMatchObject({ packets: 3, octets: 3 + 11 + 3 });
  });

  it('takes one call for all viewers where nobody takes RED, or the publisher sends none', () => {
    const { table, add, publish } = setUp();
    for (let peer = 1; peer <= 5; peer++) add(peer, PLAIN);
    publish(0, red(1));
    expect(table.calls).toBe(1);
    const others = setUp();
    for (let peer = 1; peer <= 5; peer++) others.add(peer, peer % 2 === 0 ? RED : PLAIN);
    others.publish(0, opus(1));
    expect(others.table.calls).toBe(1);
    others.publish(20, red(2));
    expect(others.table.calls).toBe(3);
  });

  it('reaches each viewer in its own form, whoever comes and goes', () => {
    const step = fc.record({
      peer: fc.integer({ min: 1, max: 8 }),
      red: fc.boolean(),
      packets: fc.integer({ max: 3, min: 0 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { fanOut, add, publish, heard } = setUp();
        const present = new Map<number, { track: SubscriberTrack; takesRed: boolean; from: number }>();
        let sequence = 0;
        publish(0, red(sequence++));
        for (const { peer, red: takesRed, packets } of steps) {
          const viewer = present.get(peer);
          if (viewer === undefined) {
            present.set(peer, { track: add(peer, takesRed ? RED : PLAIN), takesRed, from: heard(peer).length });
          } else {
            fanOut.remove(viewer.track);
            present.delete(peer);
          }
          const counts = [...present.values()].map(({ track }) => fanOut.counters(track).packets);
          for (let count = 0; count < packets; count++) publish(20 * sequence, red(sequence++));
          const after = [...present.values()].map(({ track }) => fanOut.counters(track).packets);
          expect(after).toEqual(counts.map((before) => before + packets));
          for (const [id, { takesRed: asRed, from }] of present) {
            // The payload types are the row's; the packets are told by their length.
            const forms = heard(id)
              .slice(from)
              .map(({ payloadType, payload }) => [payloadType, payload.length]);
            expect(forms).toEqual(forms.map(() => (asRed ? [70, 11] : [100, 3])));
          }
        }
      }),
    );
  });

  it('is not held back where much of it comes at once', () => {
    const { add, publish, heard } = setUp();
    add(1, PLAIN);
    add(2, RED);
    publish(0, ...Array.from({ length: 120 }, (_, sequence) => red(sequence)));
    expect([heard(1).length, heard(2).length]).toEqual([120, 120]);
  });
});

describe('a NACK for sound with redundancy', () => {
  it('is answered byte for byte, and not across a change of form', () => {
    const { table, fanOut, add, publish } = setUp();
    const track = add(1, RED);
    const plainTrack = add(2, PLAIN);
    const nack = new SubscriberNack(track, fanOut, () => true);
    publish(0, opus(1));
    publish(20, red(2), red(3));
    nack.handleNack([100, 102], 40);
    expect(table.repeated).toEqual([[...(red(3).payload ?? [])]]);
    new SubscriberNack(plainTrack, fanOut, () => true).handleNack([202], 40);
    expect(table.repeated.at(-1)).toEqual([...sound(3)]);
    publish(3000, opus(4));
    nack.handleNack([101, 102, 103], 3020);
    expect(table.repeated.slice(2)).toEqual([[...sound(4)]]);
    expect(table.resent.map(({ sequence, payloadType }) => [sequence, payloadType])).toEqual([
      [102, 70],
      [202, 100],
      [103, 111],
    ]);
  });

  it('is not answered in another form for what came before a late packet', () => {
    const { table, fanOut, add, publish } = setUp();
    const nack = new SubscriberNack(add(1, RED), fanOut, () => true);
    publish(0, red(1), red(3));
    publish(3000, opus(2));
    nack.handleNack([102], 3020);
    expect(table.repeated).toEqual([]);
  });

  it('is answered with the plain packet where RTX repairs that', () => {
    const { fanOut, add, publish, table } = setUp();
    const takes = { ...RED, rtxPayloadType: 112 };
    const sent: Uint8Array[] = [];
    const nack = new SubscriberNack(add(1, takes, 2001), fanOut, (packet) => sent.push(packet) > 0);
    publish(0, red(1), red(2));
    nack.handleNack([101], 20);
    expect(table.repeated).toEqual([]);
    const original = unwrapRtx(sent[0] ?? new Uint8Array(0), { ssrc: 1001, payloadType: 111 });
    expect([...(original?.subarray(12) ?? [])]).toEqual([...sound(2)]);
  });
});
