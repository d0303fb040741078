import type { EventQueue } from './event-queue.ts';
import type { SimulationRandom } from './random.ts';

/** Losses in bursts, in the manner of Gilbert and Elliott: a good state without loss, and a bad one. */
export interface BurstLoss {
  /** Chance of a packet in the good state to begin a burst. */
  start: number;
  /** Packets that a burst spans on average. */
  length: number;
  /** Chance of a packet within the burst to be lost. */
  loss: number;
}

/** What a link does to packets at one time. */
export interface LinkConditions {
  /** Bits a second; infinite for no limit. */
  rate: number;
  /** What finds this much or more before it is dropped, ms. */
  queueMs: number;
  /** One way, ms. */
  delayMs: number;
  /** Added to the delay, evenly from 0 to this, ms. The order is kept. */
  jitterMs: number;
  /** Chance of a packet to be lost. */
  loss: number;
  burst: BurstLoss | undefined;
  /** Chance of a packet to be held up, and by how much: others pass it. */
  reorder: { chance: number; byMs: number } | undefined;
  /** Chance of a packet to arrive twice. */
  duplicate: number;
}

/** The conditions at the start and what changes when, ms. */
export interface LinkDescription extends Partial<LinkConditions> {
  changes?: readonly ({ at: number } & Partial<LinkConditions>)[];
}

const PERFECT: LinkConditions = {
  rate: Number.POSITIVE_INFINITY,
  queueMs: 300,
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  burst: undefined,
  reorder: undefined,
  duplicate: 0,
};

interface QueuedPacket {
  bytes: number;
  arrive: () => void;
}

/** One direction of a path: a queue before a wire of a certain rate, and what may befall a packet on that wire. */
export class Link {
  readonly #events: EventQueue;
  readonly #random: SimulationRandom;
  readonly #queue: QueuedPacket[] = [];
  #conditions: LinkConditions;
  #queuedBytes = 0;
  #busy = false;
  #inBurst = false;
  #lastArrival = 0;
  /** Packets that were handed in. */
  sent = 0;
  /** Packets that the wire lost. */
  lost = 0;
  /** Packets that found the queue full. */
  overflowed = 0;

  constructor(events: EventQueue, random: SimulationRandom, { changes = [], ...conditions }: LinkDescription) {
    this.#events = events;
    this.#random = random;
    this.#conditions = { ...PERFECT, ...conditions };
    for (const { at, ...change } of changes) {
      events.at(at, () => (this.#conditions = { ...this.#conditions, ...change }));
    }
  }

  /** How long a packet that is handed in now waits for its turn, ms. */
  get queueDelayMs(): number {
    return (this.#queuedBytes * 8000) / this.#conditions.rate;
  }

  get delayMs(): number {
    return this.#conditions.delayMs;
  }

  /** Calls `arrive` when the packet comes out, once, never, or twice. */
  send(bytes: number, arrive: () => void): void {
    this.sent++;
    if (this.queueDelayMs >= this.#conditions.queueMs) {
      this.overflowed++;
      return;
    }
    this.#queue.push({ bytes, arrive });
    this.#queuedBytes += bytes;
    if (!this.#busy) this.#serve();
  }

  #serve(): void {
    const next = this.#queue.shift();
    this.#busy = next !== undefined;
    if (next === undefined) return;
    this.#events.after((next.bytes * 8000) / this.#conditions.rate, () => {
      this.#queuedBytes -= next.bytes;
      this.#carry(next);
      this.#serve();
    });
  }

  #carry({ arrive }: QueuedPacket): void {
    const { delayMs, jitterMs, reorder, duplicate } = this.#conditions;
    if (this.#loses()) {
      this.lost++;
      return;
    }
    const time = this.#events.now + delayMs + (jitterMs > 0 ? this.#random.between(0, jitterMs) : 0);
    if (reorder !== undefined && this.#random.chance(reorder.chance)) {
      this.#events.at(time + reorder.byMs, arrive);
      return;
    }
    this.#lastArrival = Math.max(this.#lastArrival, time);
    this.#events.at(this.#lastArrival, arrive);
    if (this.#random.chance(duplicate)) this.#events.at(this.#lastArrival, arrive);
  }

  #loses(): boolean {
    const { loss, burst } = this.#conditions;
    const randomly = this.#random.chance(loss);
    if (burst === undefined) return randomly;
    this.#inBurst = this.#inBurst ? !this.#random.chance(1 / burst.length) : this.#random.chance(burst.start);
    return (this.#inBurst && this.#random.chance(burst.loss)) || randomly;
  }
}
