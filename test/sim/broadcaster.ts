import { type RtcpPacket, parseCompound, writeCompound } from '../../src/protocol/rtcp/compound.ts';
import { ntpFromUnixMs } from '../../src/protocol/rtcp/ntp.ts';
import { writeIdentifier } from '../../src/protocol/rtp/extension-values.ts';
import { writeRtpPacket } from '../../src/protocol/rtp/packet.ts';
import { wrapRtx } from '../../src/protocol/rtp/rtx.ts';
import { EXTENSION } from '../../src/protocol/sdp/extensions.ts';
import type { AcceptedMedia } from '../../src/protocol/sdp/types.ts';
import { codec, media } from '../../src/sfu/testing/fixtures.ts';
import type { Datagram } from './datagram.ts';
import { Encoder, type EncoderDescription } from './encoder.ts';
import type { EventQueue } from './event-queue.ts';
import type { SimulationRandom } from './random.ts';
import { type Frame, framePayloads } from './vp8-frame.ts';

const PAYLOAD_TYPE = 96;
const RTX_PAYLOAD_TYPE = 97;
const RID_EXTENSION = 4;
const REPAIRED_RID_EXTENSION = 5;
const REPORT_INTERVAL_MS = 1000;
/** Packets kept for retransmission. */
const HISTORY_PACKETS = 2000;
/** Browsers send a frame's packets at this many times the bitrate. */
const PACING_FACTOR = 2.5;

export interface BroadcasterDescription {
  layers: readonly EncoderDescription[];
  /** False for a sender that lets go a frame's packets in one burst. */
  paced: boolean;
  /** A packet is sent again no more often than once in this time, ms; browsers take the round trip. */
  resendIntervalMs: number;
  /** Of every layer, 16 bit. */
  firstSequence: number;
}

interface SentPacket {
  bytes: Uint8Array;
  resent: number;
}

interface LayerStream {
  description: EncoderDescription;
  encoder: Encoder;
  ssrc: number;
  rtxSsrc: number;
  sequence: number;
  rtxSequence: number;
  history: Map<number, SentPacket>;
  packets: number;
  octets: number;
  /** When the pacer lets the next packet go, ms. */
  nextSend: number;
}

/** The publishing client: encodes, sends, answers NACK and PLI, and reports. */
export class Broadcaster {
  readonly #description: BroadcasterDescription;
  readonly #events: EventQueue;
  readonly #send: (datagram: Datagram) => void;
  readonly #layers: readonly LayerStream[];
  /** Sequence numbers that each NACK asked for, one entry a request; of all layers. */
  readonly nacked: number[] = [];
  /** When keyframe requests came, ms. */
  readonly keyframeRequests: number[] = [];
  retransmissions = 0;

  constructor(
    description: BroadcasterDescription,
    events: EventQueue,
    random: SimulationRandom,
    send: (datagram: Datagram) => void,
  ) {
    this.#description = description;
    this.#events = events;
    this.#send = send;
    this.#layers = description.layers.map((layer, index) => {
      const stream: LayerStream = {
        description: layer,
        encoder: new Encoder(layer, events, random.part(`encoder ${index}`), (frame) => this.#sendFrame(stream, frame)),
        ssrc: 1000 + 2 * index,
        rtxSsrc: 1001 + 2 * index,
        sequence: description.firstSequence,
        rtxSequence: 100,
        history: new Map(),
        packets: 0,
        octets: 0,
        nextSend: 0,
      };
      return stream;
    });
  }

  /** The picture's section, as the offer of such a client is negotiated. */
  get media(): AcceptedMedia {
    const rids = this.#layers.flatMap(({ description: { rid } }) => rid ?? []);
    const video = codec('VP8', PAYLOAD_TYPE, {
      rtxPayloadType: RTX_PAYLOAD_TYPE,
      feedback: ['nack', 'nack pli', 'transport-cc'],
    });
    const extensions = [
      { id: RID_EXTENSION, uri: EXTENSION.rid, direction: undefined },
      { id: REPAIRED_RID_EXTENSION, uri: EXTENSION.repairedRid, direction: undefined },
    ];
    return media('video', [video], {
      ssrcs: this.#layers.map(({ ssrc }) => ssrc),
      rtxSsrcs: new Map(this.#layers.map(({ ssrc, rtxSsrc }) => [rtxSsrc, ssrc])),
      sendRids: rids,
      extensions,
    });
  }

  /** Packets sent first, over all layers. */
  get packets(): number {
    return this.#layers.reduce((sum, { packets }) => sum + packets, 0);
  }

  /** Of its first layer. */
  get frameRate(): number {
    return this.#layers[0]?.description.frameRate ?? 0;
  }

  get keyframes(): number {
    return this.#layers.reduce((sum, { encoder }) => sum + encoder.keyframes, 0);
  }

  start(): void {
    for (const { encoder } of this.#layers) encoder.start();
    this.#events.every(REPORT_INTERVAL_MS, () => this.#report());
  }

  receive(datagram: Datagram): void {
    for (const packet of parseCompound(datagram.bytes)) this.#handle(packet);
  }

  #handle(packet: RtcpPacket): void {
    if (packet.type !== 'nack' && packet.type !== 'pictureLoss') return;
    const layer = this.#layers.find(({ ssrc }) => ssrc === packet.mediaSsrc);
    if (layer === undefined) return;
    if (packet.type === 'pictureLoss') {
      this.keyframeRequests.push(this.#events.now);
      layer.encoder.requestKeyframe();
      return;
    }
    for (const sequence of packet.sequences) {
      this.nacked.push(sequence);
      this.#resend(layer, sequence);
    }
  }

  #resend(layer: LayerStream, sequence: number): void {
    const { now } = this.#events;
    const sent = layer.history.get(sequence);
    if (sent === undefined || now - sent.resent < this.#description.resendIntervalMs) return;
    sent.resent = now;
    this.retransmissions++;
    layer.rtxSequence = (layer.rtxSequence + 1) & 0xffff;
    const { rtxSsrc: ssrc, rtxSequence } = layer;
    const bytes = wrapRtx(sent.bytes, { ssrc, payloadType: RTX_PAYLOAD_TYPE, sequence: rtxSequence });
    if (bytes !== undefined) this.#send({ kind: 'rtp', bytes });
  }

  #sendFrame(layer: LayerStream, frame: Frame): void {
    const payloads = framePayloads(frame);
    const pacingRate = PACING_FACTOR * layer.description.bitrate;
    payloads.forEach((payload, index) => {
      const time = Math.max(this.#events.now, layer.nextSend);
      this.#events.at(time, () => this.#sendPacket(layer, frame, payload, index === payloads.length - 1));
      if (this.#description.paced) layer.nextSend = time + (payload.length * 8000) / pacingRate;
    });
  }

  #sendPacket(layer: LayerStream, frame: Frame, payload: Uint8Array, marker: boolean): void {
    const { sequence, ssrc, description } = layer;
    layer.sequence = (sequence + 1) & 0xffff;
    const extensions =
      description.rid === undefined ? [] : [{ id: RID_EXTENSION, value: writeIdentifier(description.rid) }];
    const timestamp = rtpTimestamp(frame.captureTime);
    const fields = { marker, payloadType: PAYLOAD_TYPE, sequence, timestamp, ssrc, extensions, payload };
    const bytes = writeRtpPacket(fields);
    layer.history.set(sequence, { bytes, resent: Number.NEGATIVE_INFINITY });
    layer.history.delete((sequence - HISTORY_PACKETS) & 0xffff);
    layer.packets++;
    layer.octets += payload.length;
    this.#send({ kind: 'rtp', bytes });
  }

  #report(): void {
    const { now } = this.#events;
    for (const { ssrc, packets, octets } of this.#layers) {
      const report: RtcpPacket = {
        type: 'senderReport',
        ssrc,
        ntpTime: ntpFromUnixMs(now),
        rtpTimestamp: rtpTimestamp(now),
        packetCount: packets,
        octetCount: octets,
        reports: [],
      };
      const description: RtcpPacket = { type: 'sourceDescription', chunks: [{ ssrc, cname: 'broadcaster' }] };
      this.#send({ kind: 'rtcp', bytes: writeCompound([report, description]) });
    }
  }
}

function rtpTimestamp(milliseconds: number): number {
  return Math.round(milliseconds * 90) >>> 0;
}
