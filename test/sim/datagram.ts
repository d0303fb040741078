/** What travels over the links of a simulation. */
export interface Datagram {
  kind: 'rtp' | 'rtcp';
  bytes: Uint8Array;
  /** Transport-wide sequence number, unwrapped; undefined where the receiver has not negotiated any. */
  transportSequence?: number | undefined;
}
