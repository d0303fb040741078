import { buildTransportFeedback } from '../../src/protocol/rtcp/build-transport-feedback.ts';
import { type RtcpPacket, parseCompound, writeCompound } from '../../src/protocol/rtcp/compound.ts';
import { compactNtp } from '../../src/protocol/rtcp/ntp.ts';
import { parseRtpHeader, rtpPayload } from '../../src/protocol/rtp/packet.ts';
import { unwrapRtx } from '../../src/protocol/rtp/rtx.ts';
import { EXTENSION } from '../../src/protocol/sdp/extensions.ts';
import type { AcceptedMedia, LocalStream } from '../../src/protocol/sdp/types.ts';
import { ReceiveStatistics } from '../../src/sfu/receive-statistics.ts';
import { RtpBatch } from '../../src/sfu/rtp-batch.ts';
import { codec, media } from '../../src/sfu/testing/fixtures.ts';
import { TransportWideArrivals } from '../../src/sfu/transport-wide-arrivals.ts';
import { SequenceUnwrapper } from '../../src/util/sequence.ts';
import type { Datagram } from './datagram.ts';
import type { EventQueue } from './event-queue.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { ReplayWindow } from './replay-window.ts';
import { RepairStatistics } from './repair-statistics.ts';
import { ViewerNack } from './viewer-nack.ts';
import { readFramePacket } from './vp8-frame.ts';

const PAYLOAD_TYPE = 100;
const RTX_PAYLOAD_TYPE = 101;
/** Id of the transport-wide sequence number extension. */
export const TRANSPORT_SEQUENCE_EXTENSION = 3;
const CLOCK_RATE = 90_000;
const SENDER_SSRC = 1;
/** Chromium looks for packets to ask for again this often, ms. */
const NACK_INTERVAL_MS = 20;
const REPORT_INTERVAL_MS = 1000;
const FEEDBACK_INTERVAL_MS = 50;
/** Chromium asks for a keyframe when it has decoded nothing for this long, ms. */
const STALL_MS = 3000;
/** Between two requests of a client that floods, ms. */
const STORM_INTERVAL_MS = 5;
/** Packets that it asks for at a time. */
const STORM_PACKETS = 400;
/** The same before the first picture, ms. */
const FIRST_PICTURE_MS = 200;

export interface ViewerDescription {
  /** Has negotiated RTX. */
  rtx: boolean;
  /** What its NACK takes the round trip for, ms; Chromium that only receives takes 100. */
  assumedRoundTripMs: number;
  /** Sends transport-wide feedback for the packets that carry a number. */
  transportFeedback: boolean;
  /** Connects at this time, ms. */
  joinsAt: number;
  /** A client that means harm, or has a fault: how it floods the server. */
  storm: 'none' | 'nack' | 'keyframe';
}

/** A playing client: repairs, puts frames together, reports, and counts what a person would see. */
export class Viewer {
  readonly description: ViewerDescription;
  readonly stream: LocalStream;
  readonly frames = new FrameBuffer();
  readonly repairs = new RepairStatistics();
  readonly nack: ViewerNack;
  readonly #events: EventQueue;
  readonly #send: (datagram: Datagram) => void;
  readonly #statistics: ReceiveStatistics;
  readonly #batch = new RtpBatch();
  readonly #replays = new ReplayWindow();
  readonly #unwrapper = new SequenceUnwrapper();
  readonly #arrivals = new TransportWideArrivals();
  #feedbackCount = 0;
  #lastRequest = 0;
  pictureLosses = 0;
  bytes = 0;

  constructor(
    description: ViewerDescription,
    stream: LocalStream,
    events: EventQueue,
    send: (datagram: Datagram) => void,
  ) {
    this.description = description;
    this.stream = stream;
    this.nack = new ViewerNack(description.assumedRoundTripMs);
    this.#events = events;
    this.#send = send;
    this.#statistics = new ReceiveStatistics(stream.ssrc);
  }

  /** The picture's section, as the offer of such a client is negotiated. */
  get media(): AcceptedMedia {
    const { rtx, transportFeedback } = this.description;
    const rtxPayloadType = rtx ? RTX_PAYLOAD_TYPE : undefined;
    const feedback = transportFeedback ? ['nack', 'nack pli', 'transport-cc'] : ['nack', 'nack pli'];
    const extension = { id: TRANSPORT_SEQUENCE_EXTENSION, uri: EXTENSION.transportWideCc, direction: undefined };
    const extensions = transportFeedback ? [extension] : [];
    return media('video', [codec('VP8', PAYLOAD_TYPE, { rtxPayloadType, feedback })], { extensions });
  }

  start(): void {
    this.#lastRequest = this.#events.now;
    this.#events.every(NACK_INTERVAL_MS, () => this.#look());
    this.#events.after(REPORT_INTERVAL_MS, () => this.#events.every(REPORT_INTERVAL_MS, () => this.#report()));
    if (this.description.transportFeedback) this.#events.every(FEEDBACK_INTERVAL_MS, () => this.#sendFeedback());
    if (this.description.storm !== 'none') this.#events.every(STORM_INTERVAL_MS, () => this.#flood());
  }

  receive(datagram: Datagram): void {
    const { kind, bytes, transportSequence } = datagram;
    const { now } = this.#events;
    if (kind === 'rtcp') {
      this.#receiveReports(bytes, now);
      return;
    }
    const header = parseRtpHeader(bytes);
    if (header === undefined || this.#replays.seen(header.ssrc, header.sequence)) return;
    this.bytes += bytes.length;
    if (transportSequence !== undefined) this.#arrivals.add(transportSequence & 0xffff, now);
    const { ssrc } = header;
    if (ssrc === this.stream.ssrc) {
      this.#receiveMedia(bytes, false, now);
    } else if (ssrc === this.stream.rtxSsrc) {
      const original = unwrapRtx(bytes, { ssrc: this.stream.ssrc, payloadType: PAYLOAD_TYPE });
      if (original !== undefined) this.#receiveMedia(original, true, now);
    }
  }

  #receiveMedia(packet: Uint8Array, repaired: boolean, now: number): void {
    const header = parseRtpHeader(packet);
    if (header === undefined) return;
    const payload = rtpPayload(packet, header);
    // Padding alone: a probe.
    if (payload.length === 0) return;
    this.#batch.setSingle(packet, header);
    if (!repaired) this.#statistics.receive(this.#batch, CLOCK_RATE, now);
    const sequence = this.#unwrapper.unwrap(header.sequence);
    this.repairs.receive(sequence, now);
    this.nack.receive(sequence, now);
    this.frames.add(sequence, readFramePacket(payload), header.marker, now);
    if (this.frames.next !== undefined) this.nack.forgetBefore(this.frames.next);
    this.#askForMissing(now);
  }

  #receiveReports(bytes: Uint8Array, now: number): void {
    for (const packet of parseCompound(bytes)) {
      if (packet.type === 'senderReport' && packet.ssrc === this.stream.ssrc) {
        this.#statistics.senderReport(compactNtp(packet.ntpTime), now);
      }
    }
  }

  #look(): void {
    const { now } = this.#events;
    this.#askForMissing(now);
    const { lastDecoded } = this.frames;
    const since = Math.max(lastDecoded ?? 0, this.#lastRequest);
    if (now - since >= (lastDecoded === undefined ? FIRST_PICTURE_MS : STALL_MS)) this.#requestKeyframe(now);
  }

  #askForMissing(now: number): void {
    const sequences = this.nack.poll(now).map((sequence) => sequence & 0xffff);
    const mediaSsrc = this.stream.ssrc;
    if (sequences.length > 0) this.#sendRtcp([{ type: 'nack', senderSsrc: SENDER_SSRC, mediaSsrc, sequences }]);
    if (this.nack.takeGaveUp()) this.#requestKeyframe(now);
  }

  #requestKeyframe(now: number): void {
    this.#lastRequest = now;
    this.pictureLosses++;
    this.#sendRtcp([{ type: 'pictureLoss', senderSsrc: SENDER_SSRC, mediaSsrc: this.stream.ssrc }]);
  }

  #flood(): void {
    if (this.description.storm === 'keyframe') {
      this.#requestKeyframe(this.#events.now);
      return;
    }
    const newest = this.nack.newest ?? 0;
    const sequences = Array.from({ length: STORM_PACKETS }, (_, index) => (newest - index) & 0xffff);
    this.#sendAlone({ type: 'nack', senderSsrc: SENDER_SSRC, mediaSsrc: this.stream.ssrc, sequences });
  }

  #report(): void {
    if (!this.#statistics.started) return;
    this.#sendRtcp([]);
  }

  #sendFeedback(): void {
    if (!this.#arrivals.pending) return;
    const { baseSequence, arrivals } = this.#arrivals.take();
    const feedback = buildTransportFeedback({
      senderSsrc: SENDER_SSRC,
      mediaSsrc: this.stream.ssrc,
      baseSequence: baseSequence & 0xffff,
      feedbackCount: this.#feedbackCount,
      arrivals: arrivals.map(({ sequence, arrivalTimeMs }) => ({ sequence: sequence & 0xffff, arrivalTimeMs })),
    });
    this.#feedbackCount = (this.#feedbackCount + feedback.length) & 0xff;
    for (const packet of feedback) this.#sendAlone(packet);
  }

  /** Receiver-sized RTCP without a report (RFC 5506), as browsers send feedback. */
  #sendAlone(packet: RtcpPacket): void {
    this.#send({ kind: 'rtcp', bytes: writeCompound([packet]) });
  }

  #sendRtcp(packets: readonly RtcpPacket[]): void {
    if (packets.length > 0) {
      for (const packet of packets) this.#sendAlone(packet);
      return;
    }
    const reports = [this.#statistics.reportBlock(this.#events.now)];
    this.#sendAlone({ type: 'receiverReport', ssrc: SENDER_SSRC, reports });
  }
}
