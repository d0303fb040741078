import { sequenceDifference, timestampDifference } from '../util/sequence.ts';
import type { RtpBatch } from './rtp-batch.ts';

/** Bytes that a cache begins with; it doubles as the pictures need it. */
const INITIAL_BYTES = 256 * 1024;
const INITIAL_PACKETS = 256;
/** A missing packet may be repaired for this long before the pictures after it count as broken, ms. */
const REPAIR_TIME_MS = 500;
/** A viewer needs this time and these bytes to get through before the limits end the group, ms and share. */
const RESERVED_MS = 1500;
const USABLE_SHARE = 0.9;
/** Where a timestamp stands in an RTP packet (RFC 3550 5.1). */
const TIMESTAMP_OFFSET = 4;
/** How far from its expected place a reordered packet is looked for. */
const SEARCH_PACKETS = 256;

export interface GopCacheLimits {
  /** A group of pictures that lasts longer is given up, ms. */
  maximumMs: number;
  /** The same for its size, bytes. */
  maximumBytes: number;
}

/**
 * The newest keyframe of a track and all that followed it, in the order of arrival: what a viewer needs for a picture
 * at once. A group of pictures that outgrows the limits is dropped until the next keyframe.
 */
export class GopCache {
  readonly #limits: GopCacheLimits;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  /** Where each packet begins; one more word for the end of the last. */
  #offsets = new Uint32Array(0);
  #timestamps = new Uint32Array(0);
  #headerLengths = new Uint16Array(0);
  #sequences = new Uint16Array(0);
  #count = 0;
  #generation = 0;
  /** A keyframe has come, and what followed it is within the limits. */
  #open = false;
  #startedAt = 0;
  #firstTimestamp = 0;
  #newestTimestamp = 0;
  #newestSequence = 0;
  /** Monotonic ms when the last hole was closed. */
  #wholeAt = 0;

  constructor(limits: GopCacheLimits) {
    this.#limits = limits;
  }

  /** Packets held; 0 where there is no group of pictures to begin with. */
  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#offsets[this.#count] ?? 0;
  }

  /** Changes with each keyframe: what was read before then is of another group. */
  get generation(): number {
    return this.#generation;
  }

  /** Timestamp of the keyframe. */
  get firstTimestamp(): number {
    return this.#firstTimestamp;
  }

  /** Timestamp of the newest picture. */
  get newestTimestamp(): number {
    return this.#newestTimestamp;
  }

  /** Milliseconds since the keyframe came. */
  age(now: number): number {
    return now - this.#startedAt;
  }

  /**
   * True where a viewer may begin with it: the pictures are there without a hole, or with one that is still being
   * repaired, and the group is not about to outgrow its limits.
   */
  isUsable(now: number): boolean {
    const { maximumMs, maximumBytes } = this.#limits;
    if (this.#count === 0 || now - this.#wholeAt > REPAIR_TIME_MS) return false;
    const longest = maximumMs - Math.min(RESERVED_MS, maximumMs / 2);
    return this.age(now) <= longest && this.byteLength <= maximumBytes * USABLE_SHARE;
  }

  /** Drops what is held; the keyframe's packets that came so far are the next to be added. */
  start(now: number): void {
    this.#clear();
    this.#open = true;
    this.#generation++;
    this.#startedAt = now;
    this.#wholeAt = now;
  }

  /** Adds packets [first, end) of a batch; does nothing where no keyframe has started. */
  add(batch: RtpBatch, first: number, end: number, now: number): void {
    if (!this.#open) return;
    for (let index = first; index < end; index++) this.#addOne(batch, index);
    const span = sequenceDifference(this.#newestSequence, this.sequence(0)) + 1;
    if (span <= this.#count) this.#wholeAt = now;
    if (this.age(now) > this.#limits.maximumMs || this.byteLength > this.#limits.maximumBytes) this.giveUp();
  }

  /** Forgets the group; nothing is kept before the next keyframe. */
  giveUp(): void {
    this.#clear();
    this.#open = false;
    this.#bytes = new Uint8Array(0);
    this.#view = new DataView(this.#bytes.buffer);
  }

  sequence(index: number): number {
    return this.#sequences[index] ?? 0;
  }

  timestamp(index: number): number {
    return this.#timestamps[index] ?? 0;
  }

  /**
   * Adds packet `index` to the batch with another timestamp. The batch must have been cleared with {@link data}, and
   * is valid until a packet is added here or read again.
   */
  read(index: number, timestamp: number, into: RtpBatch): void {
    const offset = this.#offsets[index] ?? 0;
    const length = (this.#offsets[index + 1] ?? 0) - offset;
    this.#view.setUint32(offset + TIMESTAMP_OFFSET, timestamp);
    const markerAndType = this.#bytes[offset + 1] ?? 0;
    const headerLength = this.#headerLengths[index] ?? 0;
    into.add(offset, length, this.sequence(index), timestamp, markerAndType & 0x7f, markerAndType >> 7, headerLength);
  }

  /** Where the packets that {@link read} gives stand. */
  get data(): Uint8Array {
    return this.#bytes;
  }

  /** Index of the packet with this sequence number; -1 where it is not held. */
  find(sequence: number): number {
    const expected = sequenceDifference(sequence, this.sequence(0));
    if (expected < 0) return -1;
    const last = Math.min(this.#count - 1, expected + SEARCH_PACKETS);
    for (let index = last; index >= Math.max(0, expected - SEARCH_PACKETS); index--) {
      if (this.#sequences[index] === sequence) return index;
    }
    return -1;
  }

  #addOne(batch: RtpBatch, index: number): void {
    const start = this.#offsets[this.#count] ?? 0;
    const length = batch.length(index);
    this.#reserve(start + length);
    const offset = batch.offset(index);
    this.#bytes.set(batch.data.subarray(offset, offset + length), start);
    const sequence = batch.sequence(index);
    const timestamp = batch.timestamp(index);
    if (this.#count === 0) {
      this.#firstTimestamp = timestamp;
      this.#newestTimestamp = timestamp;
      this.#newestSequence = sequence;
    }
    if (sequenceDifference(sequence, this.#newestSequence) > 0) this.#newestSequence = sequence;
    if (timestampDifference(timestamp, this.#newestTimestamp) > 0) this.#newestTimestamp = timestamp;
    this.#sequences[this.#count] = sequence;
    this.#timestamps[this.#count] = timestamp;
    this.#headerLengths[this.#count] = batch.headerLength(index);
    this.#count++;
    this.#offsets[this.#count] = start + length;
  }

  #clear(): void {
    this.#count = 0;
    this.#offsets[0] = 0;
  }

  #reserve(bytes: number): void {
    if (bytes > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(INITIAL_BYTES, 2 * this.#bytes.length, bytes));
      grown.set(this.#bytes.subarray(0, this.byteLength));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    if (this.#count + 2 > this.#offsets.length) this.#growIndex(Math.max(INITIAL_PACKETS, 2 * this.#offsets.length));
  }

  #growIndex(packets: number): void {
    const offsets = new Uint32Array(packets);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    const timestamps = new Uint32Array(packets);
    timestamps.set(this.#timestamps);
    this.#timestamps = timestamps;
    const headerLengths = new Uint16Array(packets);
    headerLengths.set(this.#headerLengths);
    this.#headerLengths = headerLengths;
    const sequences = new Uint16Array(packets);
    sequences.set(this.#sequences);
    this.#sequences = sequences;
  }
}
