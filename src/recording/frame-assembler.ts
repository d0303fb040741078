import { createDepacketizer } from '../protocol/payload/create-depacketizer.ts';
import type { Depacketizer, EncodedFrame } from '../protocol/payload/depacketizer.ts';
import type { Codec } from '../protocol/sdp/types.ts';
import { TimestampUnwrapper } from '../util/sequence.ts';
import { JitterBuffer, type OrderedPacket } from './jitter-buffer.ts';
import type { MediaPacket } from './media-packet.ts';

/** The server asks for a missing packet for 1000 ms (src/sfu/publisher-nack.ts); the last answer takes a round trip. */
const RETRANSMISSION_WAIT_MS = 1200;
/** Where nobody sends again, only what was overtaken can still come, ms. */
const REORDER_WAIT_MS = 200;
/** The marker is no more than a hint of the last packet (RFC 6184 5.1): more of the frame may come this much later, ms. */
const MARKER_WAIT_MS = 50;

/** A whole frame of one track. */
export interface AssembledFrame extends EncodedFrame {
  /** Ticks of the codec's clock, unwrapped: it goes on beyond 2^32 until the next `restart`. */
  rtpTimestamp: number;
  /** Monotonic ms: when the first of its packets came. */
  arrival: number;
}

/** The frame whose packets are coming. */
interface OpenFrame {
  /** As the packets have it. */
  timestamp: number;
  rtpTimestamp: number;
  arrival: number;
  /** Monotonic ms from which on the frame counts as whole; undefined until a marker came. */
  wholeAt: number | undefined;
}

/**
 * From the packets of one track to whole frames that a decoder can take one after the other. Sound goes on behind a
 * loss; a picture does so at the next keyframe, since every other one may depend on what is lost.
 */
export class FrameAssembler {
  /** Pictures were dropped, or will be, until a keyframe comes. Never true of sound. */
  keyframeWanted = false;
  /** Frames that came in part, or could not be decoded without one that is lost. */
  droppedFrames = 0;
  #codec: Codec;
  #packets: JitterBuffer;
  #depacketizer: Depacketizer;
  readonly #timestamps = new TimestampUnwrapper();
  #frame: OpenFrame | undefined;
  /** The next frame to give out must be a keyframe. */
  #awaitsKeyframe: boolean;
  #lostBeforeRestart = 0;

  constructor(codec: Codec) {
    this.#codec = codec;
    this.#packets = createJitterBuffer(codec);
    this.#depacketizer = createDepacketizer(codec);
    this.#awaitsKeyframe = this.#isVideo;
  }

  get codec(): Codec {
    return this.#codec;
  }

  /** Packets that never came. */
  get lostPackets(): number {
    return this.#lostBeforeRestart + this.#packets.lost;
  }

  /** Packets wait for one that is missing. */
  get isRepairing(): boolean {
    return Number.isFinite(this.#packets.deadline());
  }

  /** A packet of the track as it arrives, `now` in monotonic ms; `poll` then gives what it made whole. */
  receive(packet: MediaPacket, now: number): void {
    this.#packets.receive(packet, now);
  }

  /** The frames that are whole by now, in decoding order. */
  poll(now: number): AssembledFrame[] {
    const frames: AssembledFrame[] = [];
    for (const packet of this.#packets.poll(now)) this.#add(packet, frames);
    if (this.#frame?.wholeAt !== undefined && now >= this.#frame.wholeAt) this.#closeFrame(frames);
    return frames;
  }

  /** Monotonic ms at which `poll` may give frames without a further packet, or infinity. */
  deadline(): number {
    return Math.min(this.#packets.deadline(), this.#frame?.wholeAt ?? Number.POSITIVE_INFINITY);
  }

  /** No more packets come: what is whole of those that wait. */
  finish(): AssembledFrame[] {
    const frames: AssembledFrame[] = [];
    for (const packet of this.#packets.drain()) this.#add(packet, frames);
    this.#endFrame(frames);
    return frames;
  }

  /** Another source or codec takes the track's place: packets that wait are thrown away, numbers start anywhere. */
  restart(codec: Codec): void {
    this.#codec = codec;
    this.#lostBeforeRestart = this.lostPackets;
    this.#packets = createJitterBuffer(codec);
    this.#depacketizer = createDepacketizer(codec);
    this.#timestamps.reset();
    this.#frame = undefined;
    this.#awaitsKeyframe = this.#isVideo;
    this.keyframeWanted = this.#isVideo;
  }

  get #isVideo(): boolean {
    return this.#codec.name !== 'opus';
  }

  #add(packet: OrderedPacket, frames: AssembledFrame[]): void {
    if (packet.afterLoss) this.#loss(frames);
    // Padding alone, with which browsers probe the path: it is no frame, but its number belongs to the order.
    if (packet.payload.length === 0) return;
    if (this.#frame !== undefined && packet.timestamp !== this.#frame.timestamp) this.#closeFrame(frames);
    this.#frame ??= {
      timestamp: packet.timestamp,
      rtpTimestamp: this.#timestamps.unwrap(packet.timestamp),
      arrival: packet.arrival,
      wholeAt: undefined,
    };
    this.#frame.arrival = Math.min(this.#frame.arrival, packet.arrival);
    this.#depacketizer.add(packet.payload);
    if (!this.#isVideo) this.#closeFrame(frames);
    else if (packet.marker) this.#frame.wholeAt = packet.arrival + MARKER_WAIT_MS;
  }

  #loss(frames: AssembledFrame[]): void {
    this.#endFrame(frames);
    this.#depacketizer.reset();
    if (this.#isVideo) this.#dropToKeyframe();
  }

  /** Nothing follows directly on the frame in hand: without a marker, its end is missing. */
  #endFrame(frames: AssembledFrame[]): void {
    if (this.#frame === undefined) return;
    if (this.#frame.wholeAt !== undefined) {
      this.#closeFrame(frames);
      return;
    }
    this.#frame = undefined;
    this.droppedFrames++;
  }

  #closeFrame(frames: AssembledFrame[]): void {
    const frame = this.#frame;
    this.#frame = undefined;
    const result = this.#depacketizer.finish();
    if (frame === undefined || result.state === 'nothing') return;
    if (result.state === 'broken') {
      this.droppedFrames++;
      if (this.#isVideo) this.#dropToKeyframe();
      return;
    }
    if (this.#awaitsKeyframe && !result.keyframe) {
      this.droppedFrames++;
      this.keyframeWanted = true;
      return;
    }
    this.#awaitsKeyframe = false;
    this.keyframeWanted = false;
    const { data, keyframe, size } = result;
    frames.push({ data, keyframe, size, rtpTimestamp: frame.rtpTimestamp, arrival: frame.arrival });
  }

  #dropToKeyframe(): void {
    this.#awaitsKeyframe = true;
    this.keyframeWanted = true;
  }
}

function createJitterBuffer({ feedback }: Codec): JitterBuffer {
  return new JitterBuffer(feedback.includes('nack') ? RETRANSMISSION_WAIT_MS : REORDER_WAIT_MS);
}
