import { isNewerSequence, sequenceDifference } from '../util/sequence.ts';
import type { MediaPacket } from './media-packet.ts';

/** The first packet waits this long for those that it may have overtaken, ms. */
const FIRST_WAIT_MS = 50;
/** More than this wait at 50 Mbit/s and more for the longest time; 16 MB of packets are a bound in any case. */
const MAXIMUM_PACKETS = 8192;
const MAXIMUM_BYTES = 16 * 1024 * 1024;
/** A packet this far behind is no late one: a source that counts from elsewhere sends two such in order (RFC 3550 A.1). */
const RESTART_DISTANCE = 1000;

/** A packet in its place. */
export interface OrderedPacket extends MediaPacket {
  /** Monotonic ms. */
  arrival: number;
  /** Packets right before this one were lost for good. */
  afterLoss: boolean;
}

type WaitingPacket = Omit<OrderedPacket, 'afterLoss'>;

/** Restores the order of one stream's packets, and waits a bounded time for those that are missing. */
export class JitterBuffer {
  /** Packets that never came in time, so far. */
  lost = 0;
  readonly #waitMs: number;
  readonly #waiting = new Map<number, WaitingPacket>();
  #bytes = 0;
  /** Sequence number of the packet that comes out next; undefined before the first. */
  #next: number | undefined;
  #started = false;
  /** Monotonic ms at which to go on without what is missing; undefined where nothing is. */
  #giveUpAt: number | undefined;
  #afterLoss = false;
  /** The packet that would show that the source counts anew. */
  #restartCandidate: WaitingPacket | undefined;

  /** `waitMs`: how long a gap may stay open for retransmissions. */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** A packet as it arrives; one that came before, or too late, is left out. */
  receive(packet: MediaPacket, now: number): void {
    const waiting: WaitingPacket = { ...packet, arrival: now };
    if (this.#next === undefined) {
      this.#next = packet.sequence;
      this.#giveUpAt = now + FIRST_WAIT_MS;
    }
    const distance = sequenceDifference(packet.sequence, this.#next);
    if (distance < 0 && this.#started) {
      if (distance <= -RESTART_DISTANCE) this.#receiveFromElsewhere(waiting);
      return;
    }
    this.#restartCandidate = undefined;
    if (distance < 0) this.#next = packet.sequence;
    this.#keep(waiting, now);
  }

  /** The packets whose turn it is. */
  poll(now: number): OrderedPacket[] {
    const ordered: OrderedPacket[] = [];
    if (!this.#started && this.#giveUpAt !== undefined && now < this.#giveUpAt && !this.#isFull) return ordered;
    this.#started ||= this.#waiting.size > 0;
    this.#takeInOrder(ordered);
    while (this.#waiting.size > 0 && (this.#isFull || now >= this.#gapDeadline())) {
      this.#skipGap();
      this.#takeInOrder(ordered);
    }
    return ordered;
  }

  /** All packets that wait, in order: nothing that is missing will come any more. */
  drain(): OrderedPacket[] {
    return this.poll(Number.POSITIVE_INFINITY);
  }

  /** Monotonic ms at which `poll` gives packets without another one received, or infinity. */
  deadline(): number {
    return this.#waiting.size === 0 ? Number.POSITIVE_INFINITY : this.#gapDeadline();
  }

  get #isFull(): boolean {
    return this.#waiting.size > MAXIMUM_PACKETS || this.#bytes > MAXIMUM_BYTES;
  }

  #keep(packet: WaitingPacket, now: number): void {
    if (this.#waiting.has(packet.sequence)) return;
    this.#waiting.set(packet.sequence, packet);
    this.#bytes += packet.payload.length;
    if (this.#started && packet.sequence !== this.#next) this.#giveUpAt ??= now + this.#waitMs;
  }

  /** A packet from far behind: dropped, unless the next one in order follows, which shows that the source counts anew. */
  #receiveFromElsewhere(packet: WaitingPacket): void {
    const before = this.#restartCandidate;
    this.#restartCandidate = packet;
    if (before === undefined || packet.sequence !== ((before.sequence + 1) & 0xffff)) return;
    this.#clear();
    this.#afterLoss = true;
    this.#next = before.sequence;
    this.#keep(before, before.arrival);
    this.#keep(packet, packet.arrival);
  }

  #clear(): void {
    this.#waiting.clear();
    this.#bytes = 0;
    this.#giveUpAt = undefined;
    this.#restartCandidate = undefined;
  }

  #takeInOrder(ordered: OrderedPacket[]): void {
    if (this.#next === undefined) return;
    let packet = this.#waiting.get(this.#next);
    while (packet !== undefined) {
      this.#waiting.delete(this.#next);
      this.#bytes -= packet.payload.length;
      ordered.push({ ...packet, afterLoss: this.#afterLoss });
      this.#afterLoss = false;
      this.#giveUpAt = undefined;
      this.#next = (this.#next + 1) & 0xffff;
      packet = this.#waiting.get(this.#next);
    }
  }

  /** When to give up the gap before the packets that wait; the first of them to arrive showed it. */
  #gapDeadline(): number {
    if (this.#giveUpAt === undefined) {
      let earliest = Number.POSITIVE_INFINITY;
      for (const { arrival } of this.#waiting.values()) earliest = Math.min(earliest, arrival);
      this.#giveUpAt = earliest + this.#waitMs;
    }
    return this.#giveUpAt;
  }

  #skipGap(): void {
    const next = this.#next ?? 0;
    let first: number | undefined;
    for (const sequence of this.#waiting.keys()) {
      if (first === undefined || isNewerSequence(first, sequence)) first = sequence;
    }
    this.lost += ((first ?? next) - next) & 0xffff;
    this.#afterLoss = true;
    this.#next = first;
    this.#giveUpAt = undefined;
  }
}
