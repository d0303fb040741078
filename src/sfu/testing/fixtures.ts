/** What the tests of this folder share: a fan-out table that writes down what it is told, batches and offers. */
import type { PictureSize } from '../../protocol/payload/picture-size.ts';
import { writeRtpPacket } from '../../protocol/rtp/packet.ts';
import type { AcceptedMedia, Codec, HeaderExtension, MediaKind, Negotiation } from '../../protocol/sdp/types.ts';
import type { FanOutRow, FanOutTable, RowCounters } from '../fan-out-table.ts';
import type { GopCache } from '../gop-cache.ts';
import { PacketCache } from '../packet-cache.ts';
import { RtpBatch } from '../rtp-batch.ts';
import type { OperatingPoint } from '../operating-point.ts';
import type { LayerPair, SenderClock, SourceTrack } from '../sink.ts';
import { SubscriberTrack } from '../subscriber-track.ts';

export interface SentPacket {
  peer: number;
  ssrc: number;
  payloadType: number;
  sequence: number;
  timestamp: number;
}

interface RecordedRow {
  row: FanOutRow;
  counters: RowCounters;
}

/** Rewrites as the addon does and keeps what went out, by peer. */
export class RecordingTable implements FanOutTable {
  readonly rows: RecordedRow[] = [];
  readonly sent: SentPacket[];
  readonly resent: SentPacket[];
  /** Tables that were made: this one, and those that write into its lists. */
  readonly tables: RecordingTable[] = [];

  constructor(shared?: RecordingTable) {
    this.sent = shared?.sent ?? [];
    this.resent = shared?.resent ?? [];
  }

  /** For a fan-out: this table first, then others that keep what goes out in the same lists. */
  readonly create = (): FanOutTable => {
    const table = this.tables.length === 0 ? this : new RecordingTable(this);
    this.tables.push(table);
    return table;
  };

  write(index: number, row: FanOutRow, reset: boolean): void {
    const counters = this.rows[index]?.counters;
    this.rows[index] = {
      row,
      counters: reset || counters === undefined ? { packets: 0, octets: 0, dropped: 0 } : counters,
    };
  }

  move(from: number, to: number): void {
    this.rows[to] = this.#at(from);
  }

  counters(index: number): RowCounters {
    return { ...this.#at(index).counters };
  }

  send(batch: RtpBatch, firstPacket: number, packetCount: number, firstRow: number, rowCount: number): void {
    for (let row = firstRow; row < firstRow + rowCount; row++) {
      const { counters } = this.#at(row);
      for (let index = firstPacket; index < firstPacket + packetCount; index++) {
        this.sent.push(this.#rewrite(batch, index, row));
        counters.packets++;
        counters.octets += batch.length(index) - batch.headerLength(index);
      }
    }
  }

  resend(batch: RtpBatch, row: number): boolean {
    this.resent.push(this.#rewrite(batch, 0, row));
    return true;
  }

  /** What this peer got, in order. */
  sentTo(peer: number): SentPacket[] {
    return this.sent.filter((packet) => packet.peer === peer);
  }

  #rewrite(batch: RtpBatch, index: number, row: number): SentPacket {
    const { row: fields } = this.#at(row);
    return {
      peer: fields.peer,
      ssrc: fields.ssrc,
      payloadType: fields.payloadType,
      sequence: (batch.sequence(index) + fields.sequenceOffset) & 0xffff,
      timestamp: (batch.timestamp(index) + fields.timestampOffset) >>> 0,
    };
  }

  #at(index: number): RecordedRow {
    const row = this.rows[index];
    if (row === undefined) throw new RangeError(`row ${index} was never written`);
    return row;
  }
}

export function codec(name: Codec['name'], payloadType: number, more: Partial<Codec> = {}): Codec {
  const isAudio = name === 'opus';
  return {
    name,
    payloadType,
    clockRate: isAudio ? 48_000 : 90_000,
    channels: isAudio ? 2 : 1,
    parameters: {},
    feedback: isAudio ? [] : ['nack', 'nack pli'],
    rtxPayloadType: undefined,
    ...more,
  };
}

export function media(
  kind: MediaKind,
  codecs: readonly Codec[],
  more: Partial<AcceptedMedia['offered']> = {},
): AcceptedMedia {
  const extensions = more.extensions ?? [];
  return {
    offered: {
      kind,
      index: kind === 'audio' ? 0 : 1,
      mid: kind === 'audio' ? '0' : '1',
      hasMid: true,
      protocol: 'UDP/TLS/RTP/SAVPF',
      direction: 'sendonly',
      codecs,
      extensions,
      ssrcs: [],
      rtxSsrcs: new Map(),
      sendRids: [],
      reducedSizeRtcp: false,
      ...more,
    },
    codecs,
    extensions,
  };
}

export function negotiation(role: Negotiation['role'], sections: readonly AcceptedMedia[]): Negotiation {
  return {
    offer: {
      ice: { ufrag: 'abcd', password: '0123456789012345678901' },
      fingerprint: { algorithm: 'sha-256', value: new Uint8Array(32) },
      setup: 'actpass',
      media: sections.map(({ offered }) => offered),
      bundle: sections.map(({ offered }) => offered.mid),
      extmapAllowMixed: false,
      trickle: false,
    },
    role,
    dtlsRole: 'server',
    media: sections,
  };
}

export interface TestPacket {
  sequence: number;
  timestamp?: number;
  payloadType?: number;
  ssrc?: number;
  marker?: boolean;
  payload?: Uint8Array;
  extensions?: { id: number; value: Uint8Array }[];
}

/** A packet as bytes, with numbers of no meaning where a test gives none. */
export function packetBytes(packet: TestPacket): Uint8Array {
  return writeRtpPacket({
    sequence: packet.sequence,
    timestamp: packet.timestamp ?? 0,
    payloadType: packet.payloadType ?? 96,
    ssrc: packet.ssrc ?? 1,
    marker: packet.marker ?? false,
    payload: packet.payload ?? Uint8Array.of(1, 2, 3),
    extensions: packet.extensions ?? [],
  });
}

/** A batch as the reader makes it: all packets in one piece of memory. `keyframeAt`: index, or -1. */
export function batchOf(packets: readonly TestPacket[], keyframeAt = -1): RtpBatch {
  const bytes = packets.map(packetBytes);
  const data = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0));
  const batch = new RtpBatch();
  batch.clear(data);
  let offset = 0;
  packets.forEach((packet, index) => {
    const content = bytes[index] ?? new Uint8Array(0);
    data.set(content, offset);
    const headerLength = content.length - (packet.payload?.length ?? 3);
    const { sequence, timestamp = 0, payloadType = 96, marker = false } = packet;
    batch.add(offset, content.length, sequence, timestamp, payloadType, marker ? 1 : 0, headerLength);
    offset += content.length;
  });
  batch.keyframeIndex = keyframeAt;
  return batch;
}

/** A source whose codec and clock a test sets, and whose keyframe requests it counts. */
export class TestSource implements SourceTrack {
  readonly kind: MediaKind;
  codec: Codec;
  extensions: readonly HeaderExtension[] = [];
  senderClock: SenderClock | undefined;
  readonly cache = new PacketCache(512);
  rid: string | undefined;
  layer: LayerPair | undefined;
  readonly whole = undefined;
  operatingPoints: readonly OperatingPoint[] = [];
  frameSize: PictureSize | undefined;
  lastPacket = 0;
  gop: GopCache | undefined;
  keyframeAnswerTime: number | undefined;
  ignoresKeyframeRequests = false;
  keyframeRequests = 0;

  constructor(kind: MediaKind, sourceCodec: Codec) {
    this.kind = kind;
    this.codec = sourceCodec;
  }

  bitrate(): number {
    return 0;
  }

  requestKeyframe(): void {
    this.keyframeRequests++;
  }
}

/** A viewer's track that waits to be added to a fan-out; its stream begins with sequence number 100. */
export function viewer(peer: number, codecs: readonly Codec[] = [codec('VP8', 100)]): SubscriberTrack {
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
