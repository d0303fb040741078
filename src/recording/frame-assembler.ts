import type { EncodedFrame } from '../protocol/payload/depacketizer.ts';
import type { Codec } from '../protocol/sdp/types.ts';
import type { MediaPacket } from './media-packet.ts';

/** A whole frame of one track. */
export interface AssembledFrame extends EncodedFrame {
  /** Ticks of the codec's clock, unwrapped: it goes on beyond 2^32 until the next `restart`. */
  rtpTimestamp: number;
  /** Monotonic ms: when the first of its packets came. */
  arrival: number;
}

/** From the packets of one track to whole frames that a decoder can take one after the other. */
export class FrameAssembler {
  /** Something is lost for good: only a keyframe lets frames come out again. */
  keyframeWanted = false;
  codec: Codec;

  constructor(codec: Codec) {
    this.codec = codec;
  }

  /** A packet of the track, in the order of arrival; `now` is monotonic ms. */
  receive(_packet: MediaPacket, _now: number): void {
    this.keyframeWanted = this.codec.clockRate > 0;
  }

  /** The frames that are whole by now, in decoding order. */
  poll(_now: number): AssembledFrame[] {
    return [];
  }

  /** Monotonic ms at which `poll` may give frames without a further packet, or infinity. */
  deadline(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** No more packets come: what is whole of those that wait. */
  finish(): AssembledFrame[] {
    return [];
  }

  /** The source or its codec changes: packets that wait are thrown away, numbers may go on anywhere. */
  restart(codec: Codec): void {
    this.codec = codec;
  }
}
