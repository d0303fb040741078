import { hasArrived, type PacketResult, type ReceivedResult } from './packet-result.ts';

/** Fewer packets than this measure nothing. */
const MINIMUM_PACKETS = 5;
/** This share of the packets must have arrived. */
const MINIMUM_RECEIVED = 0.8;
/** Packets sent within this time left in one go, ms. */
const BURST_MS = 2;
/** Bursts that were sent closer together measure nothing, ms. */
const MINIMUM_INTERVAL_MS = 5;
/** Packets that arrive in less than this part of the time in which they were sent were held up together. */
const MAXIMUM_COMPRESSION = 2;
/** Where packets take this many times as long to arrive as they were sent in, the way is full. */
const FULL_FACTOR = 1.1;
/** Of a full way, this share is usable. */
const USABLE_SHARE = 0.85;

export interface ProbeResult {
  /** Bits a second. */
  bitrate: number;
  /** Less came through than was sent. */
  full: boolean;
}

/** Measures by one probe the rate at which all that was sent during it came through. */
export class ProbeMeasurement {
  readonly #from: number;
  readonly #to: number;
  readonly #received: ReceivedResult[] = [];
  #packets = 0;
  #passed = false;

  /** The probe's first and last packet were sent at these times, ms. */
  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  /** Takes the result of any packet, in the order of sending. */
  add(packet: PacketResult): void {
    if (packet.sendTime > this.#to) this.#passed = true;
    if (packet.sendTime < this.#from || packet.sendTime > this.#to) return;
    this.#packets++;
    if (hasArrived(packet)) this.#received.push(packet);
  }

  /** True where feedback has spoken of a packet behind the probe. */
  get complete(): boolean {
    return this.#passed;
  }

  /** Undefined where too little came to tell. */
  get result(): ProbeResult | undefined {
    const received = this.#received;
    if (received.length < MINIMUM_PACKETS || received.length < this.#packets * MINIMUM_RECEIVED) return undefined;
    const first = burst(received, received[0]?.sendTime ?? 0);
    const last = burst(received, received.at(-1)?.sendTime ?? 0);
    // The first burst is left out of both rates: it says when the time began.
    const bits = 8 * (bytes(received) - bytes(first));
    const sendInterval = (last[0]?.sendTime ?? 0) - (first[0]?.sendTime ?? 0);
    const arrivalInterval = latestArrival(received) - latestArrival(first);
    if (sendInterval < MINIMUM_INTERVAL_MS || arrivalInterval * MAXIMUM_COMPRESSION < sendInterval) return undefined;
    const sendRate = (bits * 1000) / sendInterval;
    const receiveRate = (bits * 1000) / arrivalInterval;
    // A last burst that is larger than the first takes longer, without a queue that grows.
    const longer = Math.max(0, (bytes(last) - bytes(first)) * 8000) / receiveRate;
    const full = arrivalInterval - longer > sendInterval * FULL_FACTOR;
    return { bitrate: full ? receiveRate * USABLE_SHARE : Math.min(sendRate, receiveRate), full };
  }
}

/** The packets that left together with the one sent at this time. */
function burst(packets: readonly ReceivedResult[], time: number): ReceivedResult[] {
  return packets.filter(({ sendTime }) => Math.abs(sendTime - time) <= BURST_MS);
}

function bytes(packets: readonly ReceivedResult[]): number {
  return packets.reduce((sum, packet) => sum + packet.bytes, 0);
}

function latestArrival(packets: readonly ReceivedResult[]): number {
  return packets.reduce((latest, { arrivalTime }) => Math.max(latest, arrivalTime), Number.NEGATIVE_INFINITY);
}
