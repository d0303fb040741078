/** What feedback tells of one packet that was sent. */
export interface PacketResult {
  /** Monotonic ms, on the sender's clock. */
  sendTime: number;
  /** Of the datagram. */
  bytes: number;
  /** Milliseconds on the receiver's clock, of which only differences mean anything; undefined where it was lost. */
  arrivalTime: number | undefined;
}

/** A packet that has arrived. */
export interface ReceivedResult extends PacketResult {
  arrivalTime: number;
}

export function hasArrived(packet: PacketResult): packet is ReceivedResult {
  return packet.arrivalTime !== undefined;
}
