import type { SendHistory, SentPacket } from '../../src/sfu/send-history.ts';

/** Packets that are remembered. */
const CAPACITY = 8192;

/** Numbers the packets of one connection as the addon does, and knows when each was sent. */
export class SentPackets implements SendHistory {
  readonly #packets = new Map<number, SentPacket>();
  #next = 0;

  /** The number of a packet that is sent now. */
  add(bytes: number, time: number): number {
    const number = this.#next++;
    this.#packets.set(number & 0xffff, { time, bytes });
    this.#packets.delete((number - CAPACITY) & 0xffff);
    return number;
  }

  find(sequence: number): SentPacket | undefined {
    return this.#packets.get(sequence);
  }
}
