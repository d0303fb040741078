import { type RtcpPacket, writeCompound } from '../protocol/rtcp/compound.ts';
import { buildTransportFeedback } from '../protocol/rtcp/build-transport-feedback.ts';
import type { Negotiation } from '../protocol/sdp/types.ts';
import { needsRemb, PublisherBandwidth } from './publisher-bandwidth.ts';
import type { PublisherStreams } from './publisher-streams.ts';
import type { PublisherTrack } from './publisher-track.ts';
import type { TransportWideArrivals } from './transport-wide-arrivals.ts';

/** Between two receiver reports, ms: often enough for the sender's loss and round trip figures to be of use. */
const REPORT_INTERVAL_MS = 1000;
/** Between two transport-wide feedbacks, ms: as often as browsers send them at a middle bitrate. */
const FEEDBACK_INTERVAL_MS = 100;

export interface PublisherReportsOptions {
  negotiation: Negotiation;
  ssrc: number;
  cname: string;
  sendRtcp: (packet: Uint8Array) => boolean;
  now: number;
}

/** What this side says to a broadcaster in RTCP: receiver reports, transport-wide feedback or REMB, NACK and PLI. */
export class PublisherReports {
  readonly #ssrc: number;
  readonly #cname: string;
  readonly #sendRtcp: (packet: Uint8Array) => boolean;
  readonly #streams: PublisherStreams;
  readonly #arrivals: TransportWideArrivals;
  /** Where the broadcaster takes its limit from REMB. */
  readonly #bandwidth: PublisherBandwidth | undefined;
  #nextReport: number;
  #nextFeedback: number;
  #feedbackCount = 0;

  constructor(options: PublisherReportsOptions, streams: PublisherStreams, arrivals: TransportWideArrivals) {
    this.#ssrc = options.ssrc;
    this.#cname = options.cname;
    this.#sendRtcp = options.sendRtcp;
    this.#streams = streams;
    this.#arrivals = arrivals;
    this.#bandwidth = needsRemb(options.negotiation) ? new PublisherBandwidth() : undefined;
    this.#nextReport = options.now + REPORT_INTERVAL_MS;
    this.#nextFeedback = options.now;
  }

  handleTimeout(now: number): void {
    const packets: RtcpPacket[] = [];
    for (const track of this.#streams.tracks) this.#askTrack(track, packets, now);
    if (now >= this.#nextReport) {
      this.#send(this.#remb(now), true, now);
      this.#nextReport = now + REPORT_INTERVAL_MS;
    }
    if (this.#arrivals.pending && now >= this.#nextFeedback) {
      this.#sendFeedback(now);
      this.#nextFeedback = now + FEEDBACK_INTERVAL_MS;
    }
    if (packets.length > 0) this.#send(packets, false, now);
  }

  deadline(): number {
    let deadline = this.#arrivals.pending ? Math.min(this.#nextReport, this.#nextFeedback) : this.#nextReport;
    for (const track of this.#streams.tracks) {
      deadline = Math.min(deadline, track.keyframes.deadline(), track.nack.deadline());
    }
    return deadline;
  }

  sendGoodbye(): void {
    this.#send([{ type: 'goodbye', ssrcs: [this.#ssrc], reason: undefined }], false, 0);
  }

  #askTrack(track: PublisherTrack, packets: RtcpPacket[], now: number): void {
    const { sequences, gaveUp } = track.nack.poll(now);
    if (sequences.length > 0) {
      packets.push({ type: 'nack', senderSsrc: this.#ssrc, mediaSsrc: track.ssrc, sequences });
    }
    if (gaveUp) track.requestKeyframe(now);
    if (track.keyframes.poll(now)) {
      packets.push({ type: 'pictureLoss', senderSsrc: this.#ssrc, mediaSsrc: track.ssrc });
    }
  }

  #remb(now: number): RtcpPacket[] {
    const { tracks } = this.#streams;
    if (this.#bandwidth === undefined || tracks.length === 0) return [];
    const bitrate = this.#bandwidth.update(tracks, now);
    return [{ type: 'remb', senderSsrc: this.#ssrc, bitrate, ssrcs: tracks.map(({ ssrc }) => ssrc) }];
  }

  #sendFeedback(now: number): void {
    const { baseSequence, arrivals } = this.#arrivals.take();
    const mediaSsrc = this.#streams.tracks[0]?.ssrc ?? 0;
    const feedback = buildTransportFeedback({
      senderSsrc: this.#ssrc,
      mediaSsrc,
      baseSequence: baseSequence & 0xffff,
      feedbackCount: this.#feedbackCount,
      arrivals: arrivals.map(({ sequence, arrivalTimeMs }) => ({ sequence: sequence & 0xffff, arrivalTimeMs })),
    });
    this.#feedbackCount = (this.#feedbackCount + feedback.length) & 0xff;
    for (const packet of feedback) this.#send([packet], false, now);
  }

  /** Every compound begins with a receiver report and names this side (RFC 3550 6.1), with blocks only when due. */
  #send(packets: readonly RtcpPacket[], withBlocks: boolean, now: number): void {
    const blocks = withBlocks
      ? this.#streams.tracks
          .filter((track) => track.statistics.started)
          .map((track) => track.statistics.reportBlock(now))
      : [];
    this.#sendRtcp(
      writeCompound([
        { type: 'receiverReport', ssrc: this.#ssrc, reports: blocks },
        { type: 'sourceDescription', chunks: [{ ssrc: this.#ssrc, cname: this.#cname }] },
        ...packets,
      ]),
    );
  }
}
