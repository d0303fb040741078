import { timestampDifference } from '../util/sequence.ts';
import type { GopCache } from './gop-cache.ts';
import type { RtpBatch } from './rtp-batch.ts';

/** The past is played this many times faster than it was recorded, so that a viewer decodes it in time. */
const SPEED = 10;
/** Bits a second that catching up may take, where the time below allows it. */
const TARGET_BITRATE = 30_000_000;
/** Packets in one piece, so that a keyframe does not overflow the queues on the way: 50 Mbit/s at 10 ms a piece. */
const PIECE_PACKETS = 64;
/** Shortest and longest time until the viewer sees the live picture, ms. */
const SHORTEST_MS = 20;
const LONGEST_MS = 1500;

/**
 * The way of a viewer from a keyframe of the past to the live picture. The pictures in between are sent faster than
 * they were recorded, with timestamps that grow with the time of sending: the viewer's decoder sees a stream that is
 * live from its first picture on, and keeps no delay from it.
 */
export class CatchUp {
  readonly #gop: GopCache;
  readonly #generation: number;
  readonly #startedAt: number;
  readonly #clockRate: number;
  /** Timestamp of the newest picture when the viewer came, and the one at which it is live; ticks. */
  readonly #liveTimestamp: number;
  readonly #endTimestamp: number;
  readonly #firstTimestamp: number;
  /** Ticks out for each tick of the source. */
  readonly #slope: number;
  #next = 0;

  /** The cache must be usable. `clockRate`: ticks a second. */
  constructor(gop: GopCache, clockRate: number, now: number) {
    this.#gop = gop;
    this.#generation = gop.generation;
    this.#startedAt = now;
    this.#clockRate = clockRate;
    this.#firstTimestamp = gop.firstTimestamp;
    this.#liveTimestamp = gop.newestTimestamp;
    const bySpeed = gop.age(now) / SPEED;
    const byRate = (gop.byteLength * 8000) / TARGET_BITRATE;
    const duration = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, bySpeed, byRate));
    const ticks = Math.round((duration * clockRate) / 1000);
    this.#endTimestamp = (this.#liveTimestamp + ticks) >>> 0;
    const past = Math.max(0, timestampDifference(this.#liveTimestamp, this.#firstTimestamp));
    this.#slope = ticks / (past + ticks);
  }

  /** The group of pictures is still the one that this began with. */
  get current(): boolean {
    return this.#gop.generation === this.#generation && this.#gop.count > 0;
  }

  /** The viewer has all pictures and goes on with the live ones, whose timestamps stay as they are. */
  get live(): boolean {
    return this.#next >= this.#gop.count && timestampDifference(this.#gop.newestTimestamp, this.#endTimestamp) >= 0;
  }

  /** The timestamp that a packet of the source goes out with, before the viewer's own offset. */
  timestamp(sourceTimestamp: number): number {
    if (timestampDifference(sourceTimestamp, this.#endTimestamp) >= 0) return sourceTimestamp;
    const past = timestampDifference(sourceTimestamp, this.#firstTimestamp);
    return (this.#liveTimestamp + Math.round(past * this.#slope)) >>> 0;
  }

  /** Fills the batch with the next piece of the packets that are due; false where none is. */
  poll(now: number, into: RtpBatch): boolean {
    into.count = 0;
    const elapsed = Math.round(((now - this.#startedAt) * this.#clockRate) / 1000);
    const due = (this.#liveTimestamp + elapsed) >>> 0;
    while (into.count < PIECE_PACKETS && this.#next < this.#gop.count) {
      const source = this.#gop.timestamp(this.#next);
      const timestamp = this.timestamp(source);
      if (timestamp !== source && timestampDifference(timestamp, due) > 0) break;
      if (!this.#gop.read(this.#next, timestamp, into)) break;
      this.#next++;
    }
    return into.count > 0;
  }
}
