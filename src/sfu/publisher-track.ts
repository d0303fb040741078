import { frameSize } from '../protocol/payload/frame-size.ts';
import { isKeyframe } from '../protocol/payload/keyframe.ts';
import type { AcceptedMedia, Codec, HeaderExtension, MediaKind } from '../protocol/sdp/types.ts';
import { BitrateMeter } from './bitrate-meter.ts';
import type { TrackCounters } from './media-counters.ts';
import { PacketCache } from './packet-cache.ts';
import { PublisherKeyframes } from './publisher-keyframes.ts';
import { PublisherNack } from './publisher-nack.ts';
import { ReceiveStatistics } from './receive-statistics.ts';
import { RtpBatch } from './rtp-batch.ts';
import type { SenderClock, SourceTrack } from './sink.ts';

/** Packets kept for retransmission: 1.7 s of a 2.5 Mbit/s picture, 5 s of sound. */
const CACHE_PACKETS = { video: 512, audio: 256 } as const;

/** One stream of a publisher: what arrives of it, what is missing, and what its viewers need to know. */
export class PublisherTrack implements SourceTrack {
  readonly media: AcceptedMedia;
  readonly ssrc: number;
  /** RFC 8851 rid of a simulcast layer. */
  readonly rid: string | undefined;
  readonly cache: PacketCache;
  readonly statistics: ReceiveStatistics;
  readonly keyframes = new PublisherKeyframes();
  readonly nack = new PublisherNack();
  senderClock: SenderClock | undefined;
  /** Of the newest keyframe that tells it. */
  frameSize: { width: number; height: number } | undefined;
  /** Monotonic ms of the newest packet. */
  lastPacket = 0;
  #codec: Codec;
  /** Of the newest keyframe. */
  #keyframeTimestamp: number | undefined;
  readonly #bitrate: BitrateMeter;
  #bytes = 0;
  /** The most packets that were missing: a repair makes them fewer, and a counter must not fall. */
  #packetsLost = 0;
  readonly #slice = new RtpBatch();

  constructor(media: AcceptedMedia, codec: Codec, ssrc: number, rid: string | undefined, now: number) {
    this.media = media;
    this.ssrc = ssrc;
    this.rid = rid;
    this.#codec = codec;
    this.cache = new PacketCache(CACHE_PACKETS[media.offered.kind]);
    this.statistics = new ReceiveStatistics(ssrc);
    this.#bitrate = new BitrateMeter(now);
  }

  get kind(): MediaKind {
    return this.media.offered.kind;
  }

  get codec(): Codec {
    return this.#codec;
  }

  get extensions(): readonly HeaderExtension[] {
    return this.media.extensions;
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
   * Takes the packets of one read and gives them to `deliver`, once for each run of one codec.
   * Packets of a payload type that was not negotiated are left out.
   */
  receive(batch: RtpBatch, now: number, deliver: (batch: RtpBatch) => void): void {
    this.lastPacket = now;
    this.statistics.receive(batch, this.#codec.clockRate, now);
    if (this.asksForRetransmission) this.nack.receive(batch, now);
    let first = 0;
    while (first < batch.count) {
      const payloadType = batch.payloadTypes[first];
      let end = first + 1;
      while (end < batch.count && batch.payloadTypes[end] === payloadType) end++;
      const codec = this.media.codecs.find((candidate) => candidate.payloadType === payloadType);
      if (codec !== undefined) this.#receiveRun(this.#run(batch, first, end), codec, now, deliver);
      first = end;
    }
  }

  #run(batch: RtpBatch, first: number, end: number): RtpBatch {
    if (first === 0 && end === batch.count) return batch;
    this.#slice.setSlice(batch, first, end - first);
    return this.#slice;
  }

  #receiveRun(batch: RtpBatch, codec: Codec, now: number, deliver: (batch: RtpBatch) => void): void {
    if (codec !== this.#codec) {
      this.#codec = codec;
      this.frameSize = undefined;
    }
    let bytes = 0;
    for (let index = 0; index < batch.count; index++) bytes += batch.length(index);
    this.#bytes += bytes;
    this.#bitrate.add(bytes, now);
    this.cache.put(batch);
    if (this.kind === 'video') this.#findKeyframe(batch);
    deliver(batch);
  }

  #findKeyframe(batch: RtpBatch): void {
    for (let index = 0; index < batch.count; index++) {
      const payload = batch.payload(index);
      if (!isKeyframe(this.#codec.name, payload)) continue;
      // Encoders repeat parameter sets before each slice: only the first packet of a picture is one to start from.
      if (batch.timestamp(index) === this.#keyframeTimestamp) continue;
      this.#keyframeTimestamp = batch.timestamp(index);
      if (batch.keyframeIndex < 0) batch.keyframeIndex = index;
      this.frameSize = frameSize(this.#codec.name, payload) ?? this.frameSize;
      this.keyframes.keyframeReceived();
    }
  }
}
