import { frameSize } from '../protocol/payload/frame-size.ts';
import { isKeyframe } from '../protocol/payload/keyframe.ts';
import type { Codec, HeaderExtension, MediaKind } from '../protocol/sdp/types.ts';
import { isNewerSequence, timestampDifference } from '../util/sequence.ts';
import { AudioRedundancy } from './audio-redundancy.ts';
import { BitrateMeter } from './bitrate-meter.ts';
import { GopCache } from './gop-cache.ts';
import type { TrackCounters } from './media-counters.ts';
import type { OperatingPoint } from './operating-point.ts';
import { OperatingPoints } from './operating-points.ts';
import { PacketCache } from './packet-cache.ts';
import type { PublishedMedia, PublishedTrack } from './publication.ts';
import { PublisherKeyframes } from './publisher-keyframes.ts';
import { PublisherNack } from './publisher-nack.ts';
import { ReceiveStatistics } from './receive-statistics.ts';
import { RtpBatch } from './rtp-batch.ts';
import type { LayerPair, SenderClock } from './sink.ts';

/** Packets kept for retransmission: 1.7 s of a 2.5 Mbit/s picture, 5 s of sound. */
const CACHE_PACKETS = { video: 512, audio: 256 } as const;
/** A group of pictures of more bytes helps no viewer to a quick start: 10 s of a 10 Mbit/s picture. */
const GOP_BYTES = 12_500_000;

/** Whether packets of this payload type hold the codec's frames, with redundancy or without. */
export function isMediaOf(codec: Codec, payloadType: number | undefined): boolean {
  return codec.payloadType === payloadType || (codec.red !== undefined && codec.red.payloadType === payloadType);
}

/** One stream of a publisher: what arrives of it, what is missing, and what its viewers need to know. */
export class PublisherTrack implements PublishedTrack {
  readonly media: PublishedMedia;
  readonly ssrc: number;
  /** RFC 8851 rid of a simulcast layer. */
  readonly rid: string | undefined;
  readonly cache: PacketCache;
  readonly statistics: ReceiveStatistics;
  readonly keyframes = new PublisherKeyframes();
  readonly nack = new PublisherNack();
  readonly gop: GopCache | undefined;
  readonly whole = undefined;
  readonly #points = new OperatingPoints(this);
  senderClock: SenderClock | undefined;
  /** Of the newest keyframe that tells it. */
  frameSize: { width: number; height: number } | undefined;
  /** Monotonic ms of the newest packet. */
  lastPacket = 0;
  #codec: Codec;
  /** Pictures come in another order than they are shown. */
  hasReorderedPictures = false;
  /** Between the last two keyframes, ms. */
  keyframeInterval: number | undefined;
  #newestSequence: number | undefined;
  #newestTimestamp = 0;
  #keyframeAt: number | undefined;
  /** Of the newest keyframe. */
  #keyframeTimestamp: number | undefined;
  readonly #bitrate: BitrateMeter;
  #bytes = 0;
  /** The most packets that were missing: a repair makes them fewer, and a counter must not fall. */
  #packetsLost = 0;
  readonly #slice = new RtpBatch();
  readonly #cached = new RtpBatch();
  #redundancy: AudioRedundancy | undefined;

  /** `gopCacheMs`: the longest group of pictures to keep for new viewers, 0 for none. */
  constructor(
    media: PublishedMedia,
    codec: Codec,
    { ssrc, rid, gopCacheMs }: { ssrc: number; rid: string | undefined; gopCacheMs: number },
    now: number,
  ) {
    this.media = media;
    this.ssrc = ssrc;
    this.rid = rid;
    this.#codec = codec;
    this.cache = new PacketCache(CACHE_PACKETS[media.offered.kind]);
    if (media.offered.kind === 'video' && gopCacheMs > 0) {
      this.gop = new GopCache({ maximumMs: gopCacheMs, maximumBytes: GOP_BYTES });
    }
    this.statistics = new ReceiveStatistics(ssrc);
    this.#bitrate = new BitrateMeter(now);
  }

  get kind(): MediaKind {
    return this.media.offered.kind;
  }

  get codec(): Codec {
    return this.#codec;
  }

  get redundancy(): AudioRedundancy | undefined {
    return this.#redundancy;
  }

  get layer(): LayerPair | undefined {
    return this.#points.highest;
  }

  get operatingPoints(): readonly OperatingPoint[] {
    return this.#points.all;
  }

  get extensions(): readonly HeaderExtension[] {
    return this.media.extensions;
  }

  get keyframeAnswerTime(): number | undefined {
    return this.keyframes.answerTime;
  }

  get ignoresKeyframeRequests(): boolean {
    return this.keyframes.ignored;
  }

  get asksForRetransmission(): boolean {
    return this.#codec.feedback.includes('nack');
  }

  counters(): TrackCounters {
    this.#packetsLost = Math.max(this.#packetsLost, this.statistics.packetsLost);
    return {
      packets: this.statistics.packets,
      bytes: this.#bytes,
      packetsLost: this.#packetsLost,
      nackedPackets: this.nack.requested,
      keyframeRequests: this.keyframes.requested,
      retransmissions: 0,
    };
  }

  bitrate(now: number): number {
    return this.#bitrate.bitrate(now);
  }

  requestKeyframe(now: number): void {
    if (this.kind === 'video') this.keyframes.request(now);
  }

  /**
   * Takes the packets of one read and gives them to `deliver`, once for each run of one codec, without redundancy.
   * Packets of a payload type that was not negotiated are left out. `age`: of packets of the past, the milliseconds since
   * their keyframe came.
   */
  receive(batch: RtpBatch, now: number, deliver: (batch: RtpBatch) => void, age = 0): void {
    this.lastPacket = now;
    this.statistics.receive(batch, this.#codec.clockRate, now);
    if (this.asksForRetransmission) this.nack.receive(batch, now);
    let first = 0;
    while (first < batch.count) {
      const payloadType = batch.payloadTypes[first];
      let end = first + 1;
      while (end < batch.count && batch.payloadTypes[end] === payloadType) end++;
      const codec = this.media.codecs.find((candidate) => isMediaOf(candidate, payloadType));
      if (codec !== undefined) this.#receiveRun(this.#run(batch, first, end), { codec, age }, now, deliver);
      first = end;
    }
  }

  #run(batch: RtpBatch, first: number, end: number): RtpBatch {
    if (first === 0 && end === batch.count) return batch;
    this.#slice.setSlice(batch, first, end - first);
    return this.#slice;
  }

  #receiveRun(
    received: RtpBatch,
    { codec, age }: { codec: Codec; age: number },
    now: number,
    deliver: (batch: RtpBatch) => void,
  ): void {
    if (codec !== this.#codec) {
      this.#codec = codec;
      this.frameSize = undefined;
      this.gop?.giveUp();
      this.#points.reset();
      this.#redundancy = undefined;
    }
    let bytes = 0;
    for (let index = 0; index < received.count; index++) bytes += received.length(index);
    this.#bytes += bytes;
    this.#bitrate.add(bytes, now);
    const batch = this.#withoutRedundancy(received, now);
    if (batch.count === 0) return;
    this.cache.put(batch);
    if (this.kind === 'video') {
      this.#findKeyframe(batch, now);
      this.#points.receive(batch, now);
      if (this.#codec.name === 'H264' || this.#codec.name === 'H265') this.#watchOrder(batch);
    }
    deliver(batch);
    // Afterwards: a viewer that comes to the live picture with this batch has not been sent it yet.
    if (this.gop !== undefined) this.#keepPictures(batch, this.gop, age, now);
  }

  /** What all but a few sinks take: the packets of the codec itself. */
  #withoutRedundancy(batch: RtpBatch, now: number): RtpBatch {
    const { payloadType, red } = this.#codec;
    if (red === undefined) return batch;
    if (batch.payloadTypes[0] === red.payloadType) this.#redundancy ??= new AudioRedundancy(payloadType, red);
    else if (this.#redundancy?.isOver(now) === true) this.#redundancy = undefined;
    return this.#redundancy?.receive(batch, now) ?? batch;
  }

  #findKeyframe(batch: RtpBatch, now: number): void {
    for (let index = 0; index < batch.count; index++) {
      const payload = batch.payload(index);
      if (!isKeyframe(this.#codec.name, payload)) continue;
      // Encoders repeat parameter sets before each slice: only the first packet of a picture is one to start from.
      if (batch.timestamp(index) === this.#keyframeTimestamp) continue;
      this.#keyframeTimestamp = batch.timestamp(index);
      if (batch.keyframeIndex < 0) batch.keyframeIndex = index;
      this.frameSize = frameSize(this.#codec.name, payload) ?? this.frameSize;
      this.keyframes.keyframeReceived(now);
      if (this.#keyframeAt !== undefined) this.keyframeInterval = now - this.#keyframeAt;
      this.#keyframeAt = now;
    }
  }

  /** Packets leave a sender in the order of decoding: a timestamp that goes back is a B-frame's. */
  #watchOrder(batch: RtpBatch): void {
    for (let index = 0; index < batch.count; index++) {
      const sequence = batch.sequence(index);
      const timestamp = batch.timestamp(index);
      const next = this.#newestSequence !== undefined && sequence === ((this.#newestSequence + 1) & 0xffff);
      if (next && timestampDifference(timestamp, this.#newestTimestamp) < 0) {
        // A source that starts anew counts from anywhere; B-frames go back by a few pictures.
        const back = timestampDifference(this.#newestTimestamp, timestamp);
        if (back < this.#codec.clockRate) this.hasReorderedPictures = true;
      }
      if (this.#newestSequence !== undefined && !isNewerSequence(sequence, this.#newestSequence)) continue;
      this.#newestSequence = sequence;
      this.#newestTimestamp = timestamp;
    }
  }

  #keepPictures(batch: RtpBatch, gop: GopCache, age: number, now: number): void {
    const start = batch.keyframeIndex;
    if (start < 0) {
      gop.add(batch, 0, batch.count, now);
      return;
    }
    gop.start(now - age);
    gop.add(batch, start, batch.count, now);
    this.#keepEarlyPackets(batch.sequence(start), batch.timestamp(start), gop, now);
  }

  /** A keyframe whose first packet was late: the rest of it has come before. */
  #keepEarlyPackets(keyframe: number, timestamp: number, gop: GopCache, now: number): void {
    let sequence = (keyframe + 1) & 0xffff;
    while (this.cache.get(sequence, this.#cached) && this.#cached.timestamp(0) === timestamp) {
      if (gop.find(sequence) < 0) gop.add(this.#cached, 0, 1, now);
      sequence = (sequence + 1) & 0xffff;
    }
  }
}
