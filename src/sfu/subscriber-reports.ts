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
/** From its first packets on for so long: a publisher may have no sound, or send no reports, ms. */
const FIRST_REPORT_PATIENCE_MS = 5000;

/** A viewer's track with the fan-out that feeds it. */
export interface ReportedTrack {
  track: SubscriberTrack;
  fanOut: TrackFanOut;
  /** What the viewer's newest report says of it. */
  figures: ReceiverFigures | undefined;
  /** A sender report has told of it. */
  reported: boolean;
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
  #roundTrip: number | undefined;
  /** Monotonic ms when nothing was sent to the viewer last. */
  #lastIdle: number;
  /** Monotonic ms of the next look, and of the next report. */
  #next: number;
  #nextReport: number;

  constructor(cname: string, tracks: readonly ReportedTrack[], sendRtcp: (packet: Uint8Array) => boolean, now: number) {
    this.#cname = cname;
    this.#tracks = tracks;
    this.#sendRtcp = sendRtcp;
    this.#lastIdle = now;
    this.#next = now;
    this.#nextReport = now;
  }

  /** Milliseconds; undefined until a receiver report has measured it. */
  get roundTrip(): number | undefined {
    return this.#roundTrip;
  }

  deadline(): number {
    return this.#next;
  }

  handleTimeout(now: number): void {
    if (now < this.#next) return;
    if (now >= this.#nextReport || this.#tracks.some(isReportable)) this.#report(now);
    if (this.#tracks.every(({ track }) => track.codec === undefined)) this.#lastIdle = now;
    const missing = this.#tracks.some(({ reported }) => !reported);
    const patient = missing && now - this.#lastIdle < FIRST_REPORT_PATIENCE_MS;
    this.#next = patient ? Math.min(this.#nextReport, now + FIRST_REPORT_INTERVAL_MS) : this.#nextReport;
  }

  /** Takes a report block that the viewer sent about one of its tracks. */
  receiverReport(block: ReportBlock, now: number): void {
    const entry = this.#tracks.find(({ track }) => track.options.ssrc === block.ssrc);
    if (entry === undefined) return;
    const { source } = entry.track;
    const clockRate = entry.track.codec?.clockRate;
    if (source === undefined || clockRate === undefined) return;
    entry.figures = {
      packetsLost: Math.max(0, block.packetsLost),
      jitter: (block.jitter * 1000) / clockRate,
    };
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

  #report(now: number): void {
    const reports = this.#tracks.flatMap((entry) => senderReport(entry, now) ?? []);
    this.#nextReport = now + REPORT_INTERVAL_MS;
    if (reports.length > 0) this.#send([...reports, this.#description()]);
  }

  #send(packets: readonly RtcpPacket[]): void {
    this.#sendRtcp(writeCompound(packets));
  }

  #description(): RtcpPacket {
    const chunks = this.#tracks.map(({ track }) => ({ ssrc: track.options.ssrc, cname: this.#cname }));
    return { type: 'sourceDescription', chunks };
  }
}

/** It has not been told of yet, and can be. */
function isReportable({ track, reported }: ReportedTrack): boolean {
  return !reported && track.codec !== undefined && track.source?.senderClock !== undefined;
}

function senderReport(entry: ReportedTrack, now: number): RtcpPacket | undefined {
  const { track, fanOut } = entry;
  const clock = track.source?.senderClock;
  if (track.codec === undefined || clock === undefined) return undefined;
  const { ntpTime, rtpTimestamp } = senderTimeAt(clock, track.codec.clockRate, now);
  const { packets, octets } = fanOut.counters(track);
  entry.reported = true;
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
