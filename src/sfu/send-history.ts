/** A packet that went to a viewer with a transport-wide number. */
export interface SentPacket {
  /** Monotonic ms. */
  time: number;
  /** Of the datagram, without the headers of UDP and IP. */
  bytes: number;
}

/** What one viewer was sent, by the numbers that its feedback names (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
export interface SendHistory {
  /**
   * The packet with this number of 16 bits, the newest where several had it. Undefined where it was never sent, was
   * refused by a full socket, or is forgotten.
   */
  find(sequence: number, now: number): SentPacket | undefined;
}
