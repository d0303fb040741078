import type { RtpHeader } from '../protocol/rtp/packet.ts';

/** Packets that one batch holds at the most; more come as a further batch. */
export const BATCH_CAPACITY = 128;

/**
 * RTP packets of one stream from one read, in the order of arrival. The bytes belong to the reader and are valid only
 * while the batch is being handed on: whoever needs a packet later copies it.
 */
export class RtpBatch {
  /** Where the packets' bytes stand. */
  data: Uint8Array = new Uint8Array(0);
  /** Packets in the batch. */
  count = 0;
  /** Offset and length in `data`, two words a packet. */
  readonly packets = new Uint32Array(2 * BATCH_CAPACITY);
  readonly sequences = new Uint16Array(BATCH_CAPACITY);
  /** Ticks of the codec's clock. */
  readonly timestamps = new Uint32Array(BATCH_CAPACITY);
  readonly payloadTypes = new Uint8Array(BATCH_CAPACITY);
  /** 1 where the marker bit is set. */
  readonly markers = new Uint8Array(BATCH_CAPACITY);
  /** Bytes before the payload. */
  readonly headerLengths = new Uint16Array(BATCH_CAPACITY);
  /** Index of the packet that starts a keyframe, or -1; set by the track that owns the batch. */
  keyframeIndex = -1;

  clear(data: Uint8Array): void {
    this.data = data;
    this.count = 0;
    this.keyframeIndex = -1;
  }

  get full(): boolean {
    return this.count === BATCH_CAPACITY;
  }

  /** Adds the packet whose header was parsed elsewhere. The batch must not be full. */
  add(
    offset: number,
    length: number,
    sequence: number,
    timestamp: number,
    payloadType: number,
    marker: number,
    headerLength: number,
  ): void {
    const index = this.count++;
    this.packets[2 * index] = offset;
    this.packets[2 * index + 1] = length;
    this.sequences[index] = sequence;
    this.timestamps[index] = timestamp;
    this.payloadTypes[index] = payloadType;
    this.markers[index] = marker;
    this.headerLengths[index] = headerLength;
  }

  /** Makes this the batch of the one packet that `data` is. */
  setSingle(data: Uint8Array, header: RtpHeader): void {
    this.clear(data);
    this.add(
      0,
      data.length,
      header.sequence,
      header.timestamp,
      header.payloadType,
      header.marker ? 1 : 0,
      header.headerLength,
    );
  }

  /** Makes this batch hold `count` packets of another from `first` on. Bytes are shared. */
  setSlice(source: RtpBatch, first: number, count: number): void {
    this.clear(source.data);
    for (let index = first; index < first + count; index++) this.addFrom(source, index);
  }

  /** Adds a packet of another batch of the same bytes. */
  addFrom(source: RtpBatch, index: number): void {
    this.add(
      source.offset(index),
      source.length(index),
      source.sequence(index),
      source.timestamp(index),
      source.payloadTypes[index] ?? 0,
      source.markers[index] ?? 0,
      source.headerLength(index),
    );
  }

  offset(index: number): number {
    return this.packets[2 * index] ?? 0;
  }

  length(index: number): number {
    return this.packets[2 * index + 1] ?? 0;
  }

  sequence(index: number): number {
    return this.sequences[index] ?? 0;
  }

  timestamp(index: number): number {
    return this.timestamps[index] ?? 0;
  }

  headerLength(index: number): number {
    return this.headerLengths[index] ?? 0;
  }

  packet(index: number): Uint8Array {
    const offset = this.offset(index);
    return this.data.subarray(offset, offset + this.length(index));
  }

  payload(index: number): Uint8Array {
    const offset = this.offset(index);
    return this.data.subarray(offset + this.headerLength(index), offset + this.length(index));
  }
}
