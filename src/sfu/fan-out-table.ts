import type { RtpBatch } from './rtp-batch.ts';

/** What differs between the viewers of one track: written when a viewer joins or the source changes, never per packet. */
export interface FanOutRow {
  /** The viewer's peer, as the transport numbers it. */
  peer: number;
  ssrc: number;
  payloadType: number;
  /** Added to each sequence number, modulo 2^16. */
  sequenceOffset: number;
  /** Added to each timestamp, modulo 2^32. */
  timestampOffset: number;
  /** Id and value of the MID extension, written into every packet where the viewer has negotiated it. */
  mid: { id: number; value: string } | undefined;
  /** Incoming header extension id to the viewer's id; what is not in it is left out. */
  extensionIds: ReadonlyMap<number, number>;
  /** The viewer takes two-byte header extensions (a=extmap-allow-mixed, RFC 8285 6). */
  twoByteExtensions: boolean;
  /**
   * The packets are VP8: what is added to their picture ids, modulo 2^15 (2^7 where the field has 7 bits), and to their
   * TL0PICIDX, modulo 2^8 (RFC 7741 4.2).
   */
  vp8: { pictureIdOffset: number; tl0PictureIndexOffset: number } | undefined;
  /**
   * Id of the transport-wide congestion control extension, for viewers whose sends are tracked. Each packet then has a
   * number of its own, so that `resend` refuses: such a viewer needs RTX.
   */
  transportSequenceId?: number | undefined;
}

export interface RowCounters {
  packets: number;
  /** Payload bytes without padding (RFC 3550 6.4.1). */
  octets: number;
  /** Refused by a full socket. */
  dropped: number;
}

/** A packet's way to many viewers in one call. Rows are numbered from 0 without holes. */
export interface FanOutTable {
  /** Writes row `index`; its counters start at 0 when `reset` is true. */
  write(index: number, row: FanOutRow, reset: boolean): void;
  /** Moves a row with its counters, over what `to` held. */
  move(from: number, to: number): void;
  counters(index: number): RowCounters;
  /** Sends packets [firstPacket, firstPacket + packetCount) of the batch to rows [firstRow, firstRow + rowCount). */
  send(batch: RtpBatch, firstPacket: number, packetCount: number, firstRow: number, rowCount: number): void;
  /** Sends the batch's only packet once more to one row, byte for byte as it went first. */
  resend(batch: RtpBatch, row: number): boolean;
}
