import { compactNtp, roundTripMs } from '../protocol/rtcp/ntp.ts';
import type { ReportBlock } from '../protocol/rtcp/report-block.ts';
import { type RtcpPacket, writeCompound } from '../protocol/rtcp/compound.ts';
import { senderTimeAt } from './sender-clock.ts';
import type { SubscriberTrack } from './subscriber-track.ts';
import type { TrackFanOut } from './track-fan-out.ts';

/** Between two sender reports, ms. */
const REPORT_INTERVAL_MS = 1000;
/** While a track has no report yet, its source is looked at this often, ms. */
const FIRST_REPORT_INTERVAL_MS = 100;

/** A viewer's track with the fan-out that feeds it. */
export interface ReportedTrack {
  track: SubscriberTrack;
  fanOut: TrackFanOut;
}

/** What a viewer's newest report says of one track. */
export interface ReceiverFigures {
  /** Over the whole session. */
  packetsLost: number;
  /** Milliseconds. */
  jitter: number;
}

/** The sender reports of one viewer, translated from the publisher's own, and what its receiver reports tell. */
export class SubscriberReports {
  readonly #cname: string;
  readonly #sendRtcp: (packet: Uint8Array) => boolean;
  readonly #tracks: readonly ReportedTrack[];
  readonly #figures = new Map<SubscriberTrack, ReceiverFigures>();
  readonly #reported = new Set<SubscriberTrack>();
  #roundTrip: number | undefined;
  #next: number;

  constructor(cname: string, tracks: readonly ReportedTrack[], sendRtcp: (packet: Uint8Array) => boolean, now: number) {
    this.#cname = cname;
    this.#tracks = tracks;
    this.#sendRtcp = sendRtcp;
    this.#next = now;
  }

  /** Milliseconds; undefined until a receiver report has measured it. */
  get roundTrip(): number | undefined {
    return this.#roundTrip;
  }

  figures(track: SubscriberTrack): ReceiverFigures | undefined {
    return this.#figures.get(track);
  }

  deadline(): number {
    return this.#next;
  }

  handleTimeout(now: number): void {
    if (now < this.#next) return;
    const reports = this.#tracks.flatMap((entry) => this.#senderReport(entry, now) ?? []);
    const complete = this.#tracks.every(({ track }) => this.#reported.has(track));
    this.#next = now + (complete ? REPORT_INTERVAL_MS : FIRST_REPORT_INTERVAL_MS);
    if (reports.length > 0) this.#send([...reports, this.#description()]);
  }

  /** Takes a report block that the viewer sent about one of its tracks. */
  receiverReport(block: ReportBlock, now: number): void {
    const entry = this.#tracks.find(({ track }) => track.options.ssrc === block.ssrc);
    if (entry === undefined) return;
    const { source } = entry.track;
    const clockRate = entry.track.codec?.clockRate;
    if (source === undefined || clockRate === undefined) return;
    this.#figures.set(entry.track, {
      packetsLost: Math.max(0, block.packetsLost),
      jitter: (block.jitter * 1000) / clockRate,
    });
    if (source.senderClock === undefined) return;
    // Our reports carry the publisher's clock, so the viewer's answer is measured on it.
    const { ntpTime } = senderTimeAt(source.senderClock, clockRate, now);
    this.#roundTrip = roundTripMs(compactNtp(ntpTime), block) ?? this.#roundTrip;
  }

  sendGoodbye(): void {
    const ssrcs = this.#tracks.map(({ track }) => track.options.ssrc);
    const first = ssrcs[0];
    if (first === undefined) return;
    this.#send([
      { type: 'receiverReport', ssrc: first, reports: [] },
      this.#description(),
      { type: 'goodbye', ssrcs, reason: undefined },
    ]);
  }

  #send(packets: readonly RtcpPacket[]): void {
    this.#sendRtcp(writeCompound(packets));
  }

  #description(): RtcpPacket {
    const chunks = this.#tracks.map(({ track }) => ({ ssrc: track.options.ssrc, cname: this.#cname }));
    return { type: 'sourceDescription', chunks };
  }

  #senderReport({ track, fanOut }: ReportedTrack, now: number): RtcpPacket | undefined {
    const clock = track.source?.senderClock;
    if (track.codec === undefined || clock === undefined) return undefined;
    const { ntpTime, rtpTimestamp } = senderTimeAt(clock, track.codec.clockRate, now);
    const { packets, octets } = fanOut.counters(track);
    this.#reported.add(track);
    return {
      type: 'senderReport',
      ssrc: track.options.ssrc,
      ntpTime,
      rtpTimestamp: (rtpTimestamp + track.offsets.timestamp) >>> 0,
      packetCount: packets >>> 0,
      octetCount: octets >>> 0,
      reports: [],
    };
  }
}
