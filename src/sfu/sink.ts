import type { PictureSize } from '../protocol/payload/picture-size.ts';
import type { NtpTime } from '../protocol/rtcp/ntp.ts';
import type { Codec, HeaderExtension, MediaKind } from '../protocol/sdp/types.ts';
import type { AudioRedundancy } from './audio-redundancy.ts';
import type { GopCache } from './gop-cache.ts';
import type { OperatingPoint } from './operating-point.ts';
import type { PacketCache } from './packet-cache.ts';
import type { RtpBatch } from './rtp-batch.ts';

/** The newest Sender Report of a track: its NTP and RTP times name the same instant (RFC 3550 6.4.1). */
export interface SenderClock {
  /** The publisher's wall clock. */
  ntpTime: NtpTime;
  /** Ticks of the codec's clock. */
  rtpTimestamp: number;
  /** Monotonic milliseconds of this server when the report came. */
  arrival: number;
}

/** A spatial and a temporal layer of a scalable stream, and all lower ones; 0 is the lowest. */
export interface LayerPair {
  readonly spatialLayer: number;
  readonly temporalLayer: number;
}

/** What a sink sees of the track that feeds it. */
export interface SourceTrack {
  readonly kind: MediaKind;
  /** The codec of the packets in hand; changes only at a packet that says so. */
  readonly codec: Codec;
  /** The publisher's header extensions. */
  readonly extensions: readonly HeaderExtension[];
  readonly senderClock: SenderClock | undefined;
  /** Packets that were handed to the sinks, for retransmission. */
  readonly cache: PacketCache;
  /** The same packets as RED, for who takes that; undefined while the publisher sends none. */
  readonly redundancy?: AudioRedundancy | undefined;
  /** The RFC 8851 rid of a simulcast layer. */
  readonly rid: string | undefined;
  /** The highest layers in it; undefined where the stream is not scalable. */
  readonly layer: LayerPair | undefined;
  /** The stream that this is a part of; undefined where it is none. */
  readonly whole: SourceTrack | undefined;
  /** Parts of a scalable stream that a sink may take instead; another array when they have changed. */
  readonly operatingPoints: readonly OperatingPoint[];
  /** Of the newest keyframe that tells it. */
  readonly frameSize: PictureSize | undefined;
  /** Monotonic ms of the newest packet. */
  readonly lastPacket: number;
  /** The newest keyframe and what followed it; undefined where none is kept. */
  readonly gop: GopCache | undefined;
  /** How long the publisher takes from a request to its keyframe, ms; undefined until one was answered. */
  readonly keyframeAnswerTime: number | undefined;
  /** The publisher sends its keyframes when it likes. */
  readonly ignoresKeyframeRequests: boolean;
  /** Bits a second over the last seconds. */
  bitrate(now: number): number;
  /** Asks the publisher for a keyframe; asking often is free of harm. */
  requestKeyframe(now: number): void;
}

/**
 * Where a room's packets go: the viewers of a worker, a recorder, a pipe. All have this contract. A publisher that
 * sends layers is a source for each of them; who wants one at a time puts {@link LargestLayer} in front. A scalable
 * stream is written whole: who wants less takes its {@link OperatingPoint}s by itself.
 */
export interface Sink {
  /** The packets of one read. The batch and its bytes are valid only during the call. */
  write(batch: RtpBatch, track: SourceTrack, now: number): void;
  /** The track gives no more packets. */
  sourceEnded(track: SourceTrack): void;
  /** A track is there whose packets come only while they are wanted. */
  announce?(track: SourceTrack, now: number): void;
  /** Whether the sink has use for a track's packets at present; one that does not say takes all. */
  wants?(track: SourceTrack): boolean;
}

/** A sink of one publisher alone, for all that it sends. */
export interface PublicationSink extends Sink {
  /** The publisher has left, or another one has taken the room. */
  close(): void;
}
