/**
 * What a sealed datagram holds: frames one behind the other, each a type and its fields. They are sent once; what must
 * arrive goes into the control stream, whose pieces are frames too.
 */
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

const TYPE = { segment: 1, acknowledgment: 2, ping: 3, pong: 4, packets: 5, nack: 6, facts: 7 } as const;
/** Mark of a time that is not known. */
const UNKNOWN_TIME = 0xffff;
/** What a frame of packets has besides them, bytes. */
export const PACKETS_OVERHEAD_BYTES = 14;
/** What each packet has besides its bytes. */
export const PACKET_OVERHEAD_BYTES = 2;
/** Sequence numbers that one NACK can hold. */
export const MAXIMUM_NACK = 255;

/** What an end has counted since the session began; modulo 2^32. */
export interface PipeStatistics {
  datagramsSent: number;
  datagramsReceived: number;
}

/** How a track is at present: what is to be known of it where its packets do not go. */
export interface TrackFacts {
  track: number;
  /** Milliseconds since its newest packet. */
  silence: number;
  /** Bits a second. */
  bitrate: number;
  /** Pixels; undefined where it is not known. */
  size: { width: number; height: number } | undefined;
  /** From a request to its keyframe, ms; undefined where none was answered. */
  keyframeAnswerTime: number | undefined;
  ignoresKeyframeRequests: boolean;
}

/** RTP packets of one track in their order. */
export interface PacketsFrame {
  type: 'packets';
  subscription: number;
  track: number;
  /** Milliseconds since the keyframe that these packets of the past follow; undefined of live packets. */
  age: number | undefined;
  /** Each packet after its length in 16 bits. */
  packets: Uint8Array;
}

export type PipeFrame =
  /** A piece of the control stream. */
  | { type: 'segment'; offset: number; bytes: Uint8Array }
  /** All bytes of the control stream before this offset have come. */
  | { type: 'acknowledgment'; offset: number }
  | { type: 'ping'; id: number; statistics: PipeStatistics }
  | { type: 'pong'; id: number; statistics: PipeStatistics }
  | PacketsFrame
  /** Packets to send again. */
  | { type: 'nack'; subscription: number; track: number; sequences: number[] }
  | { type: 'facts'; subscription: number; tracks: TrackFacts[] };

/** Appends a frame. */
export function writeFrame(frame: PipeFrame, into: ByteWriter): void {
  into.uint8(TYPE[frame.type]);
  switch (frame.type) {
    case 'segment':
      into.uint32(frame.offset).uint16(frame.bytes.length).raw(frame.bytes);
      return;
    case 'acknowledgment':
      into.uint32(frame.offset);
      return;
    case 'ping':
    case 'pong':
      into.uint32(frame.id).uint32(frame.statistics.datagramsSent).uint32(frame.statistics.datagramsReceived);
      return;
    case 'packets':
      into.uint32(frame.subscription).uint16(frame.track);
      into.uint8(frame.age === undefined ? 0 : 1).uint32(frame.age ?? 0);
      into.uint16(frame.packets.length).raw(frame.packets);
      return;
    case 'nack':
      into.uint32(frame.subscription).uint16(frame.track);
      into.list(frame.sequences, (sequence) => into.uint16(sequence));
      return;
    case 'facts':
      into.uint32(frame.subscription);
      into.list(frame.tracks, (facts) => writeFacts(facts, into));
  }
}

/** The frames of a datagram's content; undefined where it is not made of frames. Bytes are shared. */
export function parseFrames(content: Uint8Array): PipeFrame[] | undefined {
  const reader = new ByteReader(content);
  const frames: PipeFrame[] = [];
  while (reader.remaining > 0) {
    const frame = readFrame(reader);
    if (frame === undefined) return undefined;
    frames.push(frame);
  }
  return reader.failed ? undefined : frames;
}

/** Calls `take` with offset and length in `packets` of each one; false where they do not fit. */
export function eachPacket(packets: Uint8Array, take: (offset: number, length: number) => void): boolean {
  let offset = 0;
  while (offset + PACKET_OVERHEAD_BYTES <= packets.length) {
    const length = ((packets[offset] ?? 0) << 8) | (packets[offset + 1] ?? 0);
    offset += PACKET_OVERHEAD_BYTES;
    if (offset + length > packets.length) return false;
    take(offset, length);
    offset += length;
  }
  return offset === packets.length;
}

function readFrame(reader: ByteReader): PipeFrame | undefined {
  switch (reader.uint8()) {
    case TYPE.segment:
      return { type: 'segment', offset: reader.uint32(), bytes: reader.raw(reader.uint16()) };
    case TYPE.acknowledgment:
      return { type: 'acknowledgment', offset: reader.uint32() };
    case TYPE.ping:
      return { type: 'ping', id: reader.uint32(), statistics: readStatistics(reader) };
    case TYPE.pong:
      return { type: 'pong', id: reader.uint32(), statistics: readStatistics(reader) };
    case TYPE.packets:
      return readPackets(reader);
    case TYPE.nack:
      return {
        type: 'nack',
        subscription: reader.uint32(),
        track: reader.uint16(),
        sequences: reader.list(() => reader.uint16()),
      };
    case TYPE.facts:
      return { type: 'facts', subscription: reader.uint32(), tracks: reader.list(() => readFacts(reader)) };
    default:
      return undefined;
  }
}

function readStatistics(reader: ByteReader): PipeStatistics {
  return { datagramsSent: reader.uint32(), datagramsReceived: reader.uint32() };
}

function readPackets(reader: ByteReader): PacketsFrame {
  const subscription = reader.uint32();
  const track = reader.uint16();
  const isPast = reader.flag();
  const age = reader.uint32();
  const packets = reader.raw(reader.uint16());
  return { type: 'packets', subscription, track, age: isPast ? age : undefined, packets };
}

function writeFacts(facts: TrackFacts, into: ByteWriter): void {
  const { size, keyframeAnswerTime } = facts;
  into.uint16(facts.track).uint32(facts.silence).uint32(Math.min(0xffffffff, facts.bitrate));
  into.uint16(size?.width ?? 0).uint16(size?.height ?? 0);
  into.uint16(keyframeAnswerTime === undefined ? UNKNOWN_TIME : Math.min(UNKNOWN_TIME - 1, keyframeAnswerTime));
  into.uint8(facts.ignoresKeyframeRequests ? 1 : 0);
}

function readFacts(reader: ByteReader): TrackFacts {
  const track = reader.uint16();
  const silence = reader.uint32();
  const bitrate = reader.uint32();
  const [width, height] = [reader.uint16(), reader.uint16()];
  const answerTime = reader.uint16();
  return {
    track,
    silence,
    bitrate,
    size: width === 0 || height === 0 ? undefined : { width, height },
    keyframeAnswerTime: answerTime === UNKNOWN_TIME ? undefined : answerTime,
    ignoresKeyframeRequests: reader.flag(),
  };
}
