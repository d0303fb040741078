import type { FramePacket } from './vp8-frame.ts';

/** A picture that stands still longer than this over its usual interval is frozen, ms (W3C webrtc-stats, freezeCount). */
const FREEZE_MARGIN_MS = 150;
/** How long a frame of the quickest transit waits at least before it is shown, for others to come as well, ms. */
const LEAST_PLAYOUT_DELAY_MS = 50;
/** The longest such wait, ms. */
const MOST_PLAYOUT_DELAY_MS = 500;
/** A late frame makes the wait longer; each frame in time makes it shorter by this much, ms. */
const PLAYOUT_DECAY_MS = 0.3;
/** Packets that are kept while they wait for one before them. */
const MAXIMUM_PACKETS = 3000;

interface BufferedPacket extends FramePacket {
  marker: boolean;
}

export interface DecodedFrame {
  captureTime: number;
  /** When it is shown, ms. */
  time: number;
  /** Of the newest keyframe. */
  width: number;
}

/**
 * Puts frames together and gives them to a decoder that is strict: it starts at a keyframe, and goes on without a hole
 * in the sequence numbers, or at the next whole keyframe. Sequence numbers are unwrapped.
 */
export class FrameBuffer {
  readonly #packets = new Map<number, BufferedPacket>();
  readonly #keyframes = new Set<number>();
  /** The packet that the next frame begins with; undefined before the first keyframe. */
  #next: number | undefined;
  #width = 0;
  #lastDecoded: number | undefined;
  #averageInterval = 33;
  #playoutDelay = LEAST_PLAYOUT_DELAY_MS;
  #leastTransit = Number.POSITIVE_INFINITY;
  readonly decoded: DecodedFrame[] = [];
  freezes = 0;
  #frozenMs = 0;
  /** Frames that were not the successor of the one before in the publisher's count. */
  skippedPictures = 0;
  #pictureId: number | undefined;

  /** The sequence number that decoding waits for. */
  get next(): number | undefined {
    return this.#next;
  }

  get lastDecoded(): number | undefined {
    return this.#lastDecoded;
  }

  /** Time that the picture has stood still until `end`, ms. */
  frozenAt(end: number): number {
    const standing = end - (this.decoded.at(-1)?.time ?? 0);
    return this.#frozenMs + (standing > this.#freezeInterval ? standing : 0);
  }

  add(sequence: number, packet: FramePacket, marker: boolean, now: number): void {
    if (this.#next !== undefined && sequence < this.#next) return;
    this.#packets.set(sequence, { ...packet, marker });
    if (packet.keyframe) this.#keyframes.add(sequence);
    while (this.#decodeNext(now));
    if (this.#packets.size > MAXIMUM_PACKETS) this.#forget();
  }

  get #freezeInterval(): number {
    return Math.max(3 * this.#averageInterval, this.#averageInterval + FREEZE_MARGIN_MS);
  }

  #decodeNext(now: number): boolean {
    if (this.#next !== undefined && this.#decodeFrom(this.#next, now)) return true;
    for (const sequence of this.#keyframes) {
      if (this.#decodeFrom(sequence, now)) return true;
    }
    return false;
  }

  #decodeFrom(start: number, now: number): boolean {
    const first = this.#packets.get(start);
    if (first?.first !== true) return false;
    for (let sequence = start; ; sequence++) {
      const packet = this.#packets.get(sequence);
      if (packet === undefined) return false;
      if (!packet.marker) continue;
      this.#decode(first, now);
      this.#advance(sequence + 1);
      return true;
    }
  }

  #decode(frame: FramePacket, now: number): void {
    if (frame.keyframe) this.#width = frame.width;
    if (this.#pictureId !== undefined && ((this.#pictureId + 1) & 0x7fff) !== frame.pictureId) this.skippedPictures++;
    this.#pictureId = frame.pictureId;
    this.#leastTransit = Math.min(this.#leastTransit, now - frame.captureTime);
    const time = this.#playoutTime(frame.captureTime, now);
    const interval = time - (this.decoded.at(-1)?.time ?? time);
    if (interval > this.#freezeInterval) {
      this.freezes++;
      this.#frozenMs += interval - this.#averageInterval;
    } else {
      this.#averageInterval += (interval - this.#averageInterval) / 30;
    }
    this.#lastDecoded = now;
    this.decoded.push({ captureTime: frame.captureTime, time, width: this.#width });
  }

  /** When a frame that is complete now is shown. */
  #playoutTime(captureTime: number, now: number): number {
    const least = captureTime + this.#leastTransit;
    const wanted = Math.max(LEAST_PLAYOUT_DELAY_MS, this.#playoutDelay - PLAYOUT_DECAY_MS);
    this.#playoutDelay = Math.min(MOST_PLAYOUT_DELAY_MS, Math.max(wanted, now - least));
    return Math.max(now, least + this.#playoutDelay);
  }

  #advance(next: number): void {
    this.#next = next;
    for (const sequence of this.#packets.keys()) if (sequence < next) this.#packets.delete(sequence);
    for (const sequence of this.#keyframes) if (sequence < next) this.#keyframes.delete(sequence);
  }

  #forget(): void {
    this.#packets.clear();
    this.#keyframes.clear();
  }
}
