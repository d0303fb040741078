import { parseTransportSequence } from '../protocol/rtp/extension-values.ts';
import { findExtension } from '../protocol/rtp/header-extensions.ts';
import { parseRtpHeader } from '../protocol/rtp/packet.ts';
import { unwrapRtx } from '../protocol/rtp/rtx.ts';
import type { RtcpPacket } from '../protocol/rtcp/compound.ts';
import { EXTENSION } from '../protocol/sdp/extensions.ts';
import type { AcceptedMedia, MediaKind, Negotiation } from '../protocol/sdp/types.ts';
import { addTrackCounters, emptyCounters, type MediaCounters } from './media-counters.ts';
import { NO_SINKS, type Publication, type PublicationSinks, withoutSink, withSink } from './publication.ts';
import { PublisherReports } from './publisher-reports.ts';
import { PublisherStreams } from './publisher-streams.ts';
import type { PublisherTrack } from './publisher-track.ts';
import { type PublisherWarning, PublisherWarnings } from './publisher-warnings.ts';
import { RtpBatch } from './rtp-batch.ts';
import type { SessionFigures } from './room-service.ts';
import type { Sink } from './sink.ts';
import { largestSource } from './source-choice.ts';
import { noteSenderReport } from './sender-clock.ts';
import { TransportWideArrivals } from './transport-wide-arrivals.ts';

export interface PublisherOptions {
  negotiation: Negotiation;
  /** SSRC and CNAME of this side's RTCP. */
  ssrc: number;
  cname: string;
  sendRtcp: (packet: Uint8Array) => boolean;
  /** The longest group of pictures to keep for new viewers, ms; 0 for none. */
  gopCacheMs: number;
  /** Told when a warning begins to hold, and when it no longer does. */
  onWarning?: (warning: PublisherWarning, holds: boolean) => void;
  /** Monotonic milliseconds. */
  now: number;
}

/** Between two reviews of the warnings, ms. */
const REVIEW_INTERVAL_MS = 1000;

/** The WHIP side of a room: takes a broadcaster's packets apart into tracks and gives each track's to its sinks. */
export class Publisher implements Publication {
  readonly origin = 'local';
  readonly negotiation: Negotiation;
  readonly #streams: PublisherStreams;
  readonly #arrivals = new TransportWideArrivals();
  readonly #reports: PublisherReports;
  readonly #review: PublisherWarnings;
  readonly #onWarning: PublisherOptions['onWarning'];
  #warnings: readonly PublisherWarning[] = [];
  #nextReview: number;
  #sinks = NO_SINKS;
  readonly #gone = new Set<number>();
  readonly #repaired = new RtpBatch();
  readonly #cached = new RtpBatch();

  constructor(options: PublisherOptions) {
    this.negotiation = options.negotiation;
    this.#streams = new PublisherStreams(options.negotiation, options.gopCacheMs);
    this.#reports = new PublisherReports(options, this.#streams, this.#arrivals);
    this.#review = new PublisherWarnings(options.now);
    this.#onWarning = options.onWarning;
    this.#nextReview = options.now + REVIEW_INTERVAL_MS;
  }

  get media(): readonly AcceptedMedia[] {
    return this.negotiation.media;
  }

  get tracks(): readonly PublisherTrack[] {
    return this.#streams.tracks;
  }

  largestTrack(kind: MediaKind, now: number): PublisherTrack | undefined {
    const tracks = this.tracks.filter((track) => track.kind === kind);
    return tracks.find((track) => track === largestSource(tracks, undefined, now));
  }

  setSinks(sinks: PublicationSinks): void {
    this.#endSinks();
    this.#sinks = sinks;
  }

  addSink(sink: Sink): void {
    this.#sinks = withSink(this.#sinks, sink);
  }

  removeSink(sink: Sink): void {
    this.#sinks = withoutSink(this.#sinks, sink);
  }

  /** Packets of one SSRC from one read. */
  handleRtp(batch: RtpBatch, ssrc: number, now: number): void {
    const payloadType = batch.payloadTypes[0];
    if (batch.count === 0 || payloadType === undefined) return;
    const stream = this.#streams.find(ssrc, payloadType, batch.packet(0), now);
    if (stream === undefined) return;
    this.#noteArrivals(batch, stream.track, now);
    switch (stream.type) {
      case 'media':
        this.#receive(stream.track, batch, now);
        return;
      case 'rtx':
        for (let index = 0; index < batch.count; index++) this.#repair(stream.track, batch.packet(index), now);
        return;
    }
  }

  handleRtcp(packets: readonly RtcpPacket[], now: number): void {
    for (const packet of packets) {
      if (packet.type === 'goodbye') for (const ssrc of packet.ssrcs) this.#gone.add(ssrc);
      if (packet.type !== 'senderReport') continue;
      const track = this.#streams.track(packet.ssrc);
      if (track !== undefined) noteSenderReport(track, packet, now);
    }
  }

  /** The broadcaster has said goodbye for all that it sent (RFC 3550 6.6). */
  get ended(): boolean {
    return this.#gone.size > 0 && this.tracks.every(({ ssrc }) => this.#gone.has(ssrc));
  }

  figures(now: number): SessionFigures {
    const sum = (value: (track: PublisherTrack) => number): number =>
      this.tracks.reduce((total, track) => total + value(track), 0);
    const jitters = this.tracks.map(({ statistics, codec }) => (statistics.jitter * 1000) / codec.clockRate);
    return {
      bitrate: sum((track) => track.bitrate(now)),
      packets: sum(({ statistics }) => statistics.packets),
      packetsLost: sum(({ statistics }) => statistics.packetsLost),
      roundTripTime: this.tracks.find(({ nack }) => nack.roundTrip !== undefined)?.nack.roundTrip,
      jitter: jitters.length === 0 ? undefined : Math.max(...jitters),
    };
  }

  /** What has been received since the start. */
  counters(): MediaCounters {
    const counters = emptyCounters();
    for (const track of this.tracks) addTrackCounters(counters[track.kind], track.counters());
    return counters;
  }

  /** Sends the reports, requests and feedback that are due. */
  handleTimeout(now: number): void {
    this.#reports.handleTimeout(now);
    if (now < this.#nextReview) return;
    this.#nextReview = now + REVIEW_INTERVAL_MS;
    this.#reviewWarnings(now);
  }

  get warnings(): readonly PublisherWarning[] {
    return this.#warnings;
  }

  /** Monotonic ms when handleTimeout has something to do. */
  deadline(): number {
    return Math.min(this.#reports.deadline(), this.#nextReview);
  }

  /** Tells the sinks that nothing more comes, and, where the connection stands, the broadcaster goodbye. */
  close(connected: boolean): void {
    this.#endSinks();
    if (connected) this.#reports.sendGoodbye();
  }

  #receive(track: PublisherTrack, batch: RtpBatch, now: number): void {
    track.receive(batch, now, (run) => {
      for (const sink of this.#sinks[track.kind]) sink.write(run, track, now);
    });
  }

  #reviewWarnings(now: number): void {
    const before = this.#warnings;
    this.#warnings = this.#review.review(this.tracks, now);
    for (const warning of this.#warnings) if (!before.includes(warning)) this.#onWarning?.(warning, true);
    for (const warning of before) if (!this.#warnings.includes(warning)) this.#onWarning?.(warning, false);
  }

  #endSinks(): void {
    for (const track of this.tracks) {
      for (const sink of this.#sinks[track.kind]) sink.sourceEnded(track);
    }
  }

  #repair(track: PublisherTrack, packet: Uint8Array, now: number): void {
    const original = unwrapRtx(packet, { ssrc: track.ssrc, payloadType: track.codec.payloadType });
    const header = original === undefined ? undefined : parseRtpHeader(original);
    if (original === undefined || header === undefined) return;
    // Senders probe the path by sending old packets again, and an original may only have been late.
    if (track.cache.get(header.sequence, this.#cached)) return;
    this.#repaired.setSingle(original, header);
    this.#receive(track, this.#repaired, now);
  }

  #noteArrivals(batch: RtpBatch, track: PublisherTrack, now: number): void {
    const id = track.extensions.find((extension) => extension.uri === EXTENSION.transportWideCc)?.id;
    if (id === undefined) return;
    for (let index = 0; index < batch.count; index++) {
      const value = findExtension(batch.packet(index), id);
      const sequence = value === undefined ? undefined : parseTransportSequence(value);
      if (sequence !== undefined) this.#arrivals.add(sequence, now);
    }
  }
}
