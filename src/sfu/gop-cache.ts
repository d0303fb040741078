import { writeUint32 } from '../util/bytes.ts';
import { sequenceDifference, timestampDifference } from '../util/sequence.ts';
import type { RtpBatch } from './rtp-batch.ts';

/** Bytes are kept in pieces of this size, so that a cache takes no more memory than its pictures need. */
const CHUNK_BYTES = 256 * 1024;
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
  readonly #chunks: Uint8Array[] = [];
  /** Chunk of each packet, and where in it the packet begins. */
  #chunkOf = new Uint16Array(0);
  #offsets = new Uint32Array(0);
  #lengths = new Uint16Array(0);
  #byteLength = 0;
  /** Where the next packet goes. */
  #chunk = 0;
  #chunkEnd = 0;
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
    return this.#byteLength;
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
    this.#chunks.length = 0;
  }

  sequence(index: number): number {
    return this.#sequences[index] ?? 0;
  }

  timestamp(index: number): number {
    return this.#timestamps[index] ?? 0;
  }

  /**
   * Adds packet `index` to the batch with another timestamp. False where it stands in another piece of memory than the
   * packets before it: it goes into a batch of its own. The batch is valid until a packet is added here or read again.
   */
  read(index: number, timestamp: number, into: RtpBatch): boolean {
    const chunk = this.#chunks[this.#chunkOf[index] ?? 0];
    if (index >= this.#count || chunk === undefined) return false;
    if (into.count === 0) into.clear(chunk);
    else if (into.data !== chunk) return false;
    const offset = this.#offsets[index] ?? 0;
    const length = this.#lengths[index] ?? 0;
    writeUint32(chunk, offset + TIMESTAMP_OFFSET, timestamp);
    const markerAndType = chunk[offset + 1] ?? 0;
    const headerLength = this.#headerLengths[index] ?? 0;
    into.add(offset, length, this.sequence(index), timestamp, markerAndType & 0x7f, markerAndType >> 7, headerLength);
    return true;
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
    const length = batch.length(index);
    const start = this.#reserve(length);
    const offset = batch.offset(index);
    const chunk = this.#chunks[this.#chunk];
    if (chunk === undefined) return;
    chunk.set(batch.data.subarray(offset, offset + length), start);
    this.#chunkOf[this.#count] = this.#chunk;
    this.#offsets[this.#count] = start;
    this.#lengths[this.#count] = length;
    this.#chunkEnd = start + length;
    this.#byteLength += length;
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
  }

  #clear(): void {
    this.#count = 0;
    this.#byteLength = 0;
    // Pieces that the group before did not need are let go.
    this.#chunks.length = Math.min(this.#chunks.length, this.#chunk + 1);
    this.#chunk = 0;
    this.#chunkEnd = 0;
  }

  /** Makes room for a packet and returns where it begins in the present chunk. */
  #reserve(length: number): number {
    if (this.#count >= this.#offsets.length) this.#growIndex(Math.max(INITIAL_PACKETS, 2 * this.#offsets.length));
    if (this.#chunkEnd + length > CHUNK_BYTES) {
      this.#chunk++;
      this.#chunkEnd = 0;
    }
    if (this.#chunk >= this.#chunks.length) this.#chunks.push(new Uint8Array(CHUNK_BYTES));
    return this.#chunkEnd;
  }

  #growIndex(packets: number): void {
    this.#offsets = grown(this.#offsets, new Uint32Array(packets));
    this.#timestamps = grown(this.#timestamps, new Uint32Array(packets));
    this.#chunkOf = grown(this.#chunkOf, new Uint16Array(packets));
    this.#lengths = grown(this.#lengths, new Uint16Array(packets));
    this.#headerLengths = grown(this.#headerLengths, new Uint16Array(packets));
    this.#sequences = grown(this.#sequences, new Uint16Array(packets));
  }
}

function grown<T extends Uint16Array | Uint32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
