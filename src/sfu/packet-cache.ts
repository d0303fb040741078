import type { RtpBatch } from './rtp-batch.ts';

/** Bytes a slot holds: an RTP packet that fits an Ethernet frame. Longer ones are not kept. */
export const SLOT_BYTES = 1500;

/**
 * The last packets of a track, shared by all its viewers, found by sequence number. A ring over one allocation: the
 * packet `capacity` sequence numbers later takes the slot.
 */
export class PacketCache {
  readonly #capacity: number;
  readonly #bytes: Uint8Array;
  readonly #lengths: Uint16Array;
  readonly #sequences: Uint16Array;
  readonly #timestamps: Uint32Array;
  readonly #headerLengths: Uint16Array;

  /** `capacity`: packets to keep, a power of two up to 32,768. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#bytes = new Uint8Array(capacity * SLOT_BYTES);
    this.#lengths = new Uint16Array(capacity);
    this.#sequences = new Uint16Array(capacity);
    this.#timestamps = new Uint32Array(capacity);
    this.#headerLengths = new Uint16Array(capacity);
  }

  /** Copies the packets of a batch. */
  put(batch: RtpBatch): void {
    for (let index = 0; index < batch.count; index++) {
      const length = batch.length(index);
      if (length > SLOT_BYTES) continue;
      const slot = batch.sequence(index) & (this.#capacity - 1);
      const offset = batch.offset(index);
      this.#bytes.set(batch.data.subarray(offset, offset + length), slot * SLOT_BYTES);
      this.#lengths[slot] = length;
      this.#sequences[slot] = batch.sequence(index);
      this.#timestamps[slot] = batch.timestamp(index);
      this.#headerLengths[slot] = batch.headerLength(index);
    }
  }

  /** Fills `into` with the packet of this sequence number. False where it is not kept any more, or never came. */
  get(sequence: number, into: RtpBatch): boolean {
    this.begin(into);
    return this.append(sequence, into);
  }

  /** Makes the batch an empty one of packets of this cache. */
  begin(batch: RtpBatch): void {
    batch.clear(this.#bytes);
  }

  /** Adds a packet to a batch that was begun here; false where it is not kept any more, or never came. */
  append(sequence: number, batch: RtpBatch): boolean {
    const slot = sequence & (this.#capacity - 1);
    const length = this.#lengths[slot] ?? 0;
    if (length === 0 || this.#sequences[slot] !== sequence) return false;
    const markerAndType = this.#bytes[slot * SLOT_BYTES + 1] ?? 0;
    batch.add(
      slot * SLOT_BYTES,
      length,
      sequence,
      this.#timestamps[slot] ?? 0,
      markerAndType & 0x7f,
      markerAndType >> 7,
      this.#headerLengths[slot] ?? 0,
    );
    return true;
  }
}
