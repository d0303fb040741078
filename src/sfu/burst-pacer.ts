import { type PacketCache, SLOT_BYTES } from './packet-cache.ts';
import type { RtpBatch } from './rtp-batch.ts';

/** Packets that go to a viewer in one piece: about as many as one segmented send holds. */
const BURST_PACKETS = 48;
/** More than a keyframe's worth: what comes faster than pieces go must not wait, packets. */
const MAXIMUM_WAITING = 256;
/** Between two pieces, ms: on a way of 100 Mbit/s one has left the queue when the next comes. */
const BURST_INTERVAL_MS = 4;

/**
 * Spreads a large keyframe that came in one read, so that it does not overflow the queues on the way to the viewers.
 * What waits is named by its sequence number: the packet cache holds the bytes.
 */
export class BurstPacer {
  readonly #waiting: number[] = [];
  #due = Number.POSITIVE_INFINITY;

  /** True where so many wait that they are to be sent at once, before this number of packets. */
  isOverrun(count: number): boolean {
    return this.#waiting.length > 0 && this.#waiting.length + count > MAXIMUM_WAITING;
  }

  /** Monotonic ms of the next piece, infinite where nothing waits. */
  deadline(): number {
    return this.#due;
  }

  /** How many of these packets go at once; the others wait. */
  admit(batch: RtpBatch, first: number, count: number, now: number): number {
    if (count > BURST_PACKETS && !fits(batch, first, count)) return count;
    const sent = this.#waiting.length > 0 ? 0 : Math.min(count, BURST_PACKETS);
    for (let index = first + sent; index < first + count; index++) this.#waiting.push(batch.sequence(index));
    if (this.#waiting.length > 0 && this.#due === Number.POSITIVE_INFINITY) this.#due = now + BURST_INTERVAL_MS;
    return sent;
  }

  /** Fills the batch with the next piece, where one is due. A packet that has left the cache is left out. */
  poll(cache: PacketCache, into: RtpBatch, now: number): boolean {
    if (now < this.#due) return false;
    cache.begin(into);
    for (const sequence of this.#waiting.splice(0, BURST_PACKETS)) cache.append(sequence, into);
    this.#due = this.#waiting.length > 0 ? now + BURST_INTERVAL_MS : Number.POSITIVE_INFINITY;
    return into.count > 0;
  }
}

/** A packet that is too large for the cache cannot wait in it. */
function fits(batch: RtpBatch, first: number, count: number): boolean {
  for (let index = first; index < first + count; index++) if (batch.length(index) > SLOT_BYTES) return false;
  return true;
}
