import { describe, expect, it } from 'vitest';
import type { PipeMessage } from '../protocol/pipe/control-messages.ts';
import type { MediaFrame } from '../protocol/pipe/pipe-session.ts';
import type { AcceptedMedia } from '../protocol/sdp/types.ts';
import type { PipePublication } from './pipe-publication.ts';
import type { PipeSender } from './pipe-sender.ts';
import { PipeSink } from './pipe-sink.ts';
import { PipeSubscription } from './pipe-subscription.ts';
import { Publisher } from './publisher.ts';
import { Room } from './room.ts';
import { batchOf, codec, media, negotiation, RecordingTable, type TestPacket, viewer } from './testing/fixtures.ts';

const KEYFRAME = Uint8Array.of(0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01);
const SMALL_KEYFRAME = Uint8Array.of(0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00);
const DELTA = Uint8Array.of(0x10, 0x11, 0x02, 0x00);
const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
const SINGLE = media('video', [codec('VP8', 96)]);
const SIMULCAST = media('video', [codec('VP8', 96)], {
  sendRids: ['h', 'l'],
  extensions: [{ id: 4, uri: RID, direction: undefined }],
});

/** A room with a publisher, and one on another worker; what they send each other arrives at once, or is lost. */
class TwoRooms {
  now = 0;
  readonly table = new RecordingTable();
  readonly origin: Room;
  readonly edge: Room;
  readonly sink: PipeSink;
  readonly subscription: PipeSubscription;
  readonly sentToEdge: (PipeMessage | MediaFrame)[] = [];
  readonly sentToOrigin: (PipeMessage | MediaFrame)[] = [];
  readonly publications: PipePublication[] = [];
  repaired = 0;
  loses: (frame: MediaFrame) => boolean = () => false;
  readonly rtcp: Uint8Array[] = [];
  readonly #followers: PipeSink[] = [];

  constructor() {
    const createTable = () => new RecordingTable();
    this.origin = new Room('room', { lingerMs: 1000, createTable, followers: () => this.#followers });
    this.edge = new Room('room', { lingerMs: 1000, createTable: this.table.create });
    this.sink = new PipeSink({ subscription: 1, sender: this.#toEdge(), onWork: () => undefined });
    this.subscription = new PipeSubscription({
      room: 'room',
      gopCacheMs: 12_000,
      onPublication: (publication) => {
        this.publications.push(publication);
        this.edge.setLivePublisher(publication, publication.liveSince);
      },
      onEnded: (publication, now) => this.edge.removePublisher(publication, now),
      onPackets: () => undefined,
      onWork: () => undefined,
    });
  }

  publish(section: AcceptedMedia = SINGLE, gopCacheMs = 12_000): Publisher {
    const publisher = new Publisher({
      negotiation: negotiation('publish', [section]),
      ssrc: 99,
      cname: 'server',
      sendRtcp: (bytes) => this.rtcp.push(bytes) > 0,
      gopCacheMs,
      now: this.now,
    });
    this.origin.setLivePublisher(publisher, 5);
    return publisher;
  }

  subscribe(): void {
    this.subscription.open(this.#toOrigin(), 1);
    this.#followers.push(this.sink);
    this.origin.follow(this.sink);
  }

  run(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now < end; this.now += 10) {
      if (this.now >= this.sink.deadline()) this.sink.handleTimeout(this.now);
      this.subscription.handleTimeout(this.now);
      this.edge.sendWaiting(this.now);
    }
  }

  packetsOf(track: number): number {
    return this.sentToEdge.filter((sent) => sent.type === 'packets' && sent.track === track).length;
  }

  #toEdge(): PipeSender {
    return {
      frameBytes: 1400,
      noteRepaired: () => undefined,
      sendMessage: (message) => {
        this.sentToEdge.push(message);
        this.subscription.handleMessage(message, this.now);
      },
      sendFrame: (frame, now) => {
        this.sentToEdge.push(frame);
        if (!this.loses(frame)) this.subscription.handleFrame(frame, now);
      },
    };
  }

  #toOrigin(): PipeSender {
    return {
      frameBytes: 1400,
      noteRepaired: () => {
        this.repaired++;
      },
      sendMessage: (message) => {
        this.sentToOrigin.push(message);
        this.sink.handleMessage(message, this.now);
      },
      sendFrame: (frame, now) => {
        this.sentToOrigin.push(frame);
        if (frame.type === 'nack') this.sink.handleNack(frame.track, frame.sequences, now);
      },
    };
  }
}

function send(rooms: TwoRooms, publisher: Publisher, packets: readonly TestPacket[], ssrc = 1): void {
  const batch = batchOf(packets.map((packet) => ({ ssrc, ...packet })));
  publisher.handleRtp(batch, ssrc, rooms.now);
}

const frames = (first: number, count: number): TestPacket[] =>
  Array.from({ length: count }, (_, index) => ({
    sequence: first + index,
    timestamp: (first + index) * 3000,
    payload: DELTA,
  }));

describe('a pipe', () => {
  it('sends packets of one read in one datagram, and asks again for what is lost', () => {
    const rooms = new TwoRooms();
    const publisher = rooms.publish();
    rooms.subscribe();
    rooms.edge.fanOuts.video.add(viewer(1), 0);
    send(rooms, publisher, [{ sequence: 1, timestamp: 3000, payload: KEYFRAME }, ...frames(2, 9)]);
    expect(rooms.packetsOf(1)).toBe(1);
    rooms.loses = (frame) => frame.type === 'packets';
    send(rooms, publisher, frames(11, 3));
    rooms.loses = () => false;
    send(rooms, publisher, frames(14, 1));
    rooms.run(50);
    expect(rooms.sentToOrigin).toContainEqual({ type: 'nack', subscription: 1, track: 1, sequences: [11, 12, 13] });
    expect(rooms.repaired).toBe(3);
    const sequences = rooms.table.sentTo(1).map(({ sequence }) => sequence - 99);
    expect([...sequences].sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, index) => index + 1));
  });

  it('gives a packet that comes twice to viewers once', () => {
    const rooms = new TwoRooms();
    const publisher = rooms.publish();
    rooms.subscribe();
    rooms.edge.fanOuts.video.add(viewer(1), 0);
    send(rooms, publisher, [{ sequence: 1, timestamp: 3000, payload: KEYFRAME }, ...frames(2, 3)]);
    rooms.sink.handleNack(1, [2, 3], 5);
    expect(rooms.packetsOf(1)).toBe(3);
    expect(rooms.table.sentTo(1)).toHaveLength(4);
  });

  it('begins with the past, in pieces, and viewers catch up from it', () => {
    const rooms = new TwoRooms();
    const publisher = rooms.publish();
    send(rooms, publisher, [{ sequence: 1, timestamp: 3000, payload: KEYFRAME }]);
    rooms.now = 900;
    for (let first = 2; first < 400; first += 10) send(rooms, publisher, frames(first, 10));
    rooms.edge.fanOuts.video.add(viewer(1), 900);
    rooms.subscribe();
    rooms.run(10);
    const past = rooms.sentToEdge.filter((sent) => sent.type === 'packets');
    expect(past.length).toBeGreaterThan(1);
    expect(past.every((sent) => sent.age === 900)).toBe(true);
    expect(rooms.table.sentTo(1)).toEqual([]);
    const [track] = rooms.publications[0]?.tracks ?? [];
    expect(track?.gop?.count).toBe(401);
    expect(track?.gop?.age(rooms.now)).toBeCloseTo(910, -2);
    for (let sequence = 402; sequence < 450; sequence++) {
      send(rooms, publisher, frames(sequence, 1));
      rooms.run(30);
    }
    expect(rooms.table.sentTo(1).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 449 }, (_, index) => 100 + index),
    );
  });

  it('makes one request of the keyframe requests of many viewers', () => {
    const rooms = new TwoRooms();
    const publisher = rooms.publish();
    rooms.subscribe();
    const viewers = Array.from({ length: 100 }, (_, index) => viewer(index + 1));
    for (const one of viewers) rooms.edge.fanOuts.video.add(one, 0);
    send(rooms, publisher, [{ sequence: 1, timestamp: 3000, payload: KEYFRAME }]);
    rooms.now = 1000;
    for (const one of viewers) rooms.edge.fanOuts.video.requestKeyframe(one, 1000);
    rooms.run(500);
    expect(rooms.sentToOrigin.filter(({ type }) => type === 'requestKeyframe')).toHaveLength(1);
    expect(publisher.tracks[0]?.keyframes.poll(rooms.now)).toBe(true);
  });

  it('pulls the layer that viewers watch and no other, and turns to another that they want', () => {
    const rooms = new TwoRooms();
    const publisher = rooms.publish(SIMULCAST);
    rooms.subscribe();
    const one = viewer(1);
    rooms.edge.fanOuts.video.add(one, 0);
    const rid = (name: string) => ({ extensions: [{ id: 4, value: new TextEncoder().encode(name) }] });
    let sequence = 0;
    const picture = (keyframe: boolean): void => {
      sequence++;
      const numbers = { sequence, timestamp: sequence * 3000 };
      send(rooms, publisher, [{ ...numbers, payload: keyframe ? KEYFRAME : DELTA, ...rid('h') }], 10);
      send(rooms, publisher, [{ ...numbers, payload: keyframe ? SMALL_KEYFRAME : DELTA, ...rid('l') }], 20);
      rooms.run(30);
    };
    picture(true);
    for (let index = 0; index < 60; index++) picture(index % 20 === 0);
    const [large, small] = rooms.edge.publisher?.tracks ?? [];
    expect([large?.rid, small?.rid]).toEqual(['h', 'l']);
    expect(rooms.packetsOf(1)).toBeGreaterThan(50);
    expect(rooms.packetsOf(2)).toBe(0);
    expect(one.source).toBe(large);
    // Known though it does not come.
    expect(small?.frameSize).toEqual({ width: 320, height: 180 });
    expect(rooms.now - (small?.lastPacket ?? 0)).toBeLessThan(600);
    expect(small?.bitrate(rooms.now)).toBeGreaterThan(0);

    rooms.edge.fanOuts.video.prefer(one, small, rooms.now);
    for (let index = 0; index < 100; index++) picture(index % 20 === 0);
    expect(one.source).toBe(small);
    const before = rooms.packetsOf(1);
    for (let index = 0; index < 20; index++) picture(false);
    expect(rooms.packetsOf(1)).toBe(before);
    expect(rooms.sentToOrigin).toContainEqual({ type: 'want', subscription: 1, track: 1, isWanted: false });
  });

  it('sends nothing for viewers that have gone', () => {
    const rooms = new TwoRooms();
    const publisher = rooms.publish();
    rooms.subscribe();
    const one = viewer(1);
    rooms.edge.fanOuts.video.add(one, 0);
    send(rooms, publisher, [{ sequence: 1, timestamp: 3000, payload: KEYFRAME }]);
    rooms.edge.fanOuts.video.remove(one);
    rooms.run(3000);
    const before = rooms.packetsOf(1);
    send(rooms, publisher, frames(2, 5));
    expect(rooms.packetsOf(1)).toBe(before);
  });

  it('passes on the end of a publisher, the next one with another codec, and the clocks', () => {
    const rooms = new TwoRooms();
    const publisher = rooms.publish();
    rooms.subscribe();
    const one = viewer(1, [codec('VP8', 100), codec('VP9', 101)]);
    rooms.edge.fanOuts.video.add(one, 0);
    send(rooms, publisher, [{ sequence: 1, timestamp: 3000, payload: KEYFRAME }]);
    const ntpTime = { seconds: 7, fraction: 8 };
    const report = { ssrc: 1, ntpTime, rtpTimestamp: 9, packetCount: 1, octetCount: 1, reports: [] };
    publisher.handleRtcp([{ type: 'senderReport', ...report }], 20);
    rooms.now = 30;
    rooms.run(600);
    expect(rooms.edge.publisher?.tracks[0]?.senderClock).toMatchObject({ ntpTime, rtpTimestamp: 9 });

    publisher.close(false);
    rooms.origin.removePublisher(publisher, rooms.now);
    expect(rooms.edge.publisher).toBeUndefined();
    expect(rooms.edge.deadline()).toBe(rooms.now + 1000);
    expect(one.source).toBeUndefined();

    const next = rooms.publish(media('video', [codec('VP9', 98)]));
    expect(rooms.edge.deadline()).toBe(Infinity);
    const vp9Keyframe = Uint8Array.of(0x0a, 0x82, 0x49, 0x83, 0x42);
    send(rooms, next, [{ sequence: 500, timestamp: 1, payloadType: 98, payload: vp9Keyframe }], 2);
    expect(rooms.table.sentTo(1).at(-1)).toMatchObject({ payloadType: 101, sequence: 101 });
  });
});
