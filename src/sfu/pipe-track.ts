import type { DescribedTrack } from '../protocol/pipe/control-messages.ts';
import type { TrackFacts } from '../protocol/pipe/frames.ts';
import type { Codec } from '../protocol/sdp/types.ts';
import { isNewerSequence } from '../util/sequence.ts';
import type { PublishedMedia } from './publication.ts';
import { PublisherTrack } from './publisher-track.ts';
import { RtpBatch } from './rtp-batch.ts';

/** What nobody watches any more is wanted for so long: viewers come and go, and turn to a layer and back, ms. */
const PATIENCE_MS = 2000;

/**
 * A track whose publisher is on another worker. It receives like that of a publisher of this worker, but that packets
 * come only while they are wanted, and that the other worker tells how the track is meanwhile.
 */
export class PipeTrack extends PublisherTrack {
  readonly number: number;
  /** The other worker sends its packets, or has been asked to. */
  isWanted: boolean;
  #wantedUntil: number;
  /** No packet has come since it was wanted anew. */
  #begins = true;
  #newestSequence = 0;
  #toldBitrate: number | undefined;
  readonly #onRequest: () => void;
  readonly #cachedPacket = new RtpBatch();

  /** `onRequest`: a keyframe is wanted, and the track with it. */
  constructor(
    media: PublishedMedia,
    codec: Codec,
    { track, ssrc, rid, gopCacheMs }: DescribedTrack & { gopCacheMs: number },
    onRequest: () => void,
    now: number,
  ) {
    super(media, codec, { ssrc, rid, gopCacheMs }, now);
    this.number = track;
    this.isWanted = rid === undefined;
    this.#wantedUntil = now + PATIENCE_MS;
    this.#onRequest = onRequest;
  }

  /** Between workers every packet can be sent again. */
  override get asksForRetransmission(): boolean {
    return true;
  }

  /** As it is where the publisher is; packets that come here may be of the past, or none. */
  override bitrate(now: number): number {
    return this.#toldBitrate ?? super.bitrate(now);
  }

  override requestKeyframe(now: number): void {
    super.requestKeyframe(now);
    this.#onRequest();
  }

  override receive(batch: RtpBatch, now: number, deliver: (batch: RtpBatch) => void, age = 0): void {
    if (this.#begins) this.nack.restart();
    for (let index = 0; index < batch.count; index++) {
      const sequence = batch.sequence(index);
      if (this.#begins || isNewerSequence(sequence, this.#newestSequence)) this.#newestSequence = sequence;
      this.#begins = false;
    }
    super.receive(batch, now, deliver, age);
  }

  /** False of a packet that was asked for again and has come twice. */
  isNew(sequence: number): boolean {
    if (this.#begins || isNewerSequence(sequence, this.#newestSequence)) return true;
    const cache = this.redundancy?.cache ?? this.cache;
    return !cache.get(sequence, this.#cachedPacket);
  }

  /** Of a packet that is new: later ones came before it. */
  isLate(sequence: number): boolean {
    return !this.#begins && !isNewerSequence(sequence, this.#newestSequence);
  }

  takeFacts(facts: TrackFacts, now: number): void {
    this.#toldBitrate = facts.bitrate;
    this.lastPacket = Math.max(this.lastPacket, now - facts.silence);
    if (facts.size !== undefined) this.frameSize = facts.size;
    this.keyframes.learn(facts.keyframeAnswerTime, facts.ignoresKeyframeRequests);
  }

  /** Notes whether anybody has use for it; true where the other worker is to be told of a change. */
  reviewWish(isUsed: boolean, now: number): boolean {
    if (isUsed) this.#wantedUntil = now + PATIENCE_MS;
    const isWanted = now < this.#wantedUntil && (isUsed || this.isWanted);
    if (isWanted === this.isWanted) return false;
    this.isWanted = isWanted;
    this.#begins = true;
    return true;
  }
}
