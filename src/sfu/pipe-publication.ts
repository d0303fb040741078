import type { DescribedTrack, PipeMessage } from '../protocol/pipe/control-messages.ts';
import { MAXIMUM_NACK, type PacketsFrame, type TrackFacts } from '../protocol/pipe/frames.ts';
import type { DescribedMedia } from '../protocol/pipe/published-media.ts';
import type { MediaKind } from '../protocol/sdp/types.ts';
import { readPackets } from './pipe-packets.ts';
import type { PipeSender } from './pipe-sender.ts';
import { PipeTrack } from './pipe-track.ts';
import {
  NO_SINKS,
  type Publication,
  type PublicationSinks,
  type PublishedMedia,
  withoutSink,
  withSink,
} from './publication.ts';
import { RtpBatch } from './rtp-batch.ts';
import type { Sink } from './sink.ts';
import { largestSource, pictureArea } from './source-choice.ts';

/** Whether tracks are wanted is looked at this often, ms; when a viewer asks for one, at once. */
const REVIEW_INTERVAL_MS = 250;
/** Tracks that one publication may have, as many as a publisher itself. */
const MAXIMUM_TRACKS = 32;

export interface PipePublicationOptions {
  subscription: number;
  media: readonly DescribedMedia[];
  /** When the publisher came, milliseconds since the epoch. */
  liveSince: number;
  sender: PipeSender;
  /** The longest group of pictures to keep for new viewers, ms; 0 for none. */
  gopCacheMs: number;
  /** There is something to do at once. */
  onWork: () => void;
  /** Monotonic milliseconds. */
  now: number;
}

/** What a publisher on another worker sends, as this worker's viewers get it: the end of a pipe that asks for packets. */
export class PipePublication implements Publication {
  readonly origin = 'pipe';
  readonly warnings = [];
  readonly liveSince: number;
  readonly media: readonly PublishedMedia[];
  readonly #options: PipePublicationOptions;
  readonly #tracks = new Map<number, PipeTrack>();
  /** Tracks that the sinks have heard of. */
  readonly #announced = new Set<PipeTrack>();
  readonly #batch = new RtpBatch();
  #sinks = NO_SINKS;
  #nextReview: number;

  constructor(options: PipePublicationOptions) {
    this.#options = options;
    this.liveSince = options.liveSince;
    this.#nextReview = options.now;
    this.media = options.media.map(({ kind, mid, rids, codecs, extensions }) => ({
      offered: { kind, mid, sendRids: rids },
      codecs,
      extensions,
    }));
  }

  get tracks(): readonly PipeTrack[] {
    return [...this.#tracks.values()];
  }

  largestTrack(kind: MediaKind, now: number): PipeTrack | undefined {
    const tracks = this.tracks.filter((track) => track.kind === kind);
    return tracks.find((track) => track === largestSource(tracks, undefined, now));
  }

  setSinks(sinks: PublicationSinks): void {
    for (const track of this.tracks) this.#endSinks(track);
    this.#announced.clear();
    this.#sinks = sinks;
  }

  addSink(sink: Sink): void {
    this.#sinks = withSink(this.#sinks, sink);
  }

  removeSink(sink: Sink): void {
    this.#sinks = withoutSink(this.#sinks, sink);
  }

  /** Takes a message of its subscription that tells of tracks. */
  handleMessage(message: PipeMessage, now: number): void {
    switch (message.type) {
      case 'track':
        this.#addTrack(message, now);
        return;
      case 'trackEnded':
        this.#endTrack(message.track);
        return;
      case 'senderClock': {
        const track = this.#tracks.get(message.track);
        const { ntpTime, rtpTimestamp } = message;
        if (track !== undefined) track.senderClock = { ntpTime, rtpTimestamp, arrival: now };
        return;
      }
      default:
    }
  }

  handlePackets({ track: number, packets, age }: PacketsFrame, now: number): void {
    const track = this.#tracks.get(number);
    if (track === undefined) return;
    const sinks = this.#sinks[track.kind];
    const deliver = (run: RtpBatch): void => {
      // Who comes finds them in the cache, with the timestamps that the present asks for.
      if (age === undefined) for (const sink of sinks) sink.write(run, track, now);
    };
    readPackets(
      packets,
      this.#batch,
      (sequence) => this.#takes(track, sequence),
      (batch) => track.receive(batch, now, deliver, age),
    );
  }

  /** Whether a packet is new, which is counted where it repairs a loss. */
  #takes(track: PipeTrack, sequence: number): boolean {
    if (!track.isNew(sequence)) return false;
    if (track.isLate(sequence)) this.#options.sender.noteRepaired();
    return true;
  }

  handleFacts(facts: readonly TrackFacts[], now: number): void {
    for (const one of facts) this.#tracks.get(one.track)?.takeFacts(one, now);
    // Those whose packets come anyway show themselves by these; of the others the largest first, which viewers turn to.
    const news = this.tracks.filter((track) => track.rid !== undefined && !this.#announced.has(track));
    for (const track of news.sort((a, b) => pictureArea(b) - pictureArea(a))) {
      this.#announced.add(track);
      for (const sink of this.#sinks[track.kind]) sink.announce?.(track, now);
    }
    if (news.length > 0) this.#reviewSoon();
  }

  /** Asks for what is wanted and for what is missing. */
  handleTimeout(now: number): void {
    const tracks = this.tracks;
    this.#nextReview = now + REVIEW_INTERVAL_MS;
    for (const track of tracks) this.#reviewWish(track, now);
    for (const track of tracks) {
      this.#askForMissing(track, now);
      if (track.keyframes.poll(now)) this.#send({ type: 'requestKeyframe', track: track.number });
    }
  }

  deadline(): number {
    let deadline = this.#nextReview;
    for (const { nack, keyframes } of this.#tracks.values()) {
      deadline = Math.min(deadline, nack.deadline(), keyframes.deadline());
    }
    return deadline;
  }

  /** Tells the sinks that nothing more comes. */
  close(): void {
    this.setSinks(NO_SINKS);
  }

  /** Viewers have turned to other tracks, or need a keyframe. */
  #reviewSoon(): void {
    this.#nextReview = Number.NEGATIVE_INFINITY;
    this.#options.onWork();
  }

  #addTrack(described: DescribedTrack, now: number): void {
    const media = this.media[described.section];
    const codec = media?.codecs.find(({ payloadType }) => payloadType === described.payloadType);
    if (media === undefined || codec === undefined || this.#tracks.size >= MAXIMUM_TRACKS) return;
    const { gopCacheMs } = this.#options;
    const onRequest = (): void => this.#reviewSoon();
    this.#tracks.set(described.track, new PipeTrack(media, codec, { ...described, gopCacheMs }, onRequest, now));
  }

  #endTrack(number: number): void {
    const track = this.#tracks.get(number);
    if (track === undefined) return;
    this.#tracks.delete(number);
    this.#announced.delete(track);
    this.#endSinks(track);
  }

  #reviewWish(track: PipeTrack, now: number): void {
    const isUsed = this.#sinks[track.kind].some((sink) => sink.wants?.(track) ?? true);
    if (!track.reviewWish(isUsed, now)) return;
    this.#send({ type: 'want', track: track.number, isWanted: track.isWanted });
  }

  #askForMissing(track: PipeTrack, now: number): void {
    const { sequences, gaveUp } = track.nack.poll(now);
    const { subscription, sender } = this.#options;
    for (let first = 0; first < sequences.length; first += MAXIMUM_NACK) {
      const some = sequences.slice(first, first + MAXIMUM_NACK);
      sender.sendFrame({ type: 'nack', subscription, track: track.number, sequences: some }, now);
    }
    if (gaveUp && track.isWanted) track.requestKeyframe(now);
  }

  #endSinks(track: PipeTrack): void {
    for (const sink of this.#sinks[track.kind]) sink.sourceEnded(track);
  }

  #send(
    message: { type: 'want'; track: number; isWanted: boolean } | { type: 'requestKeyframe'; track: number },
  ): void {
    this.#options.sender.sendMessage({ subscription: this.#options.subscription, ...message });
  }
}
