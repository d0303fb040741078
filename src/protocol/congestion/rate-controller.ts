import { LinkCapacity } from './link-capacity.ts';
import type { BandwidthUsage } from './overuse-detector.ts';

/** After overuse the rate is this share of what arrived: beta (draft-ietf-rmcat-gcc-02 5.5). */
const DECREASE_FACTOR = 0.85;
/** Growth a second while the capacity is unknown: eta. */
const INCREASE_FACTOR = 1.08;
/** The rate does not grow beyond this many times what arrives, and a little, bits a second. */
const MAXIMUM_HEADROOM = 1.5;
const MAXIMUM_HEADROOM_OFFSET = 10_000;
/** A packet as the additive increase counts it, bits. */
const PACKET_BITS = 1200 * 8;
/** Added to the round trip for the time that an estimate takes to react, ms. */
const RESPONSE_TIME_MS = 100;
/** The slowest additive increase, bits a second in a second. */
const MINIMUM_INCREASE = 4000;
/** One step of an increase is at most this long, ms. */
const MAXIMUM_STEP_MS = 1000;

/**
 * Additive and multiplicative increase, multiplicative decrease, by what the delay tells.
 *
 * | state    | overusing | normal   | underusing |
 * |----------|-----------|----------|------------|
 * | hold     | decrease  | increase | hold       |
 * | increase | decrease  | increase | hold       |
 * | decrease | decrease  | hold     | hold       |
 *
 * (draft-ietf-rmcat-gcc-02 5.5)
 */
export class RateController {
  #state: 'hold' | 'increase' | 'decrease' = 'hold';
  #bitrate: number;
  readonly #minimum: number;
  readonly #maximum: number;
  readonly #capacity = new LinkCapacity();
  #lastUpdate: number | undefined;

  /** All in bits a second. */
  constructor({ initial, minimum, maximum }: { initial: number; minimum: number; maximum: number }) {
    this.#bitrate = initial;
    this.#minimum = minimum;
    this.#maximum = maximum;
  }

  /** Bits a second. */
  get bitrate(): number {
    return this.#bitrate;
  }

  /** Takes what a feedback said. `acknowledged`: what arrives, bits a second; `roundTrip` in ms. */
  update(usage: BandwidthUsage, acknowledged: number | undefined, roundTrip: number, now: number): void {
    const elapsed = Math.min(MAXIMUM_STEP_MS, now - (this.#lastUpdate ?? now));
    this.#lastUpdate = now;
    this.#changeState(usage);
    if (this.#state === 'increase') this.#increase(elapsed, acknowledged, roundTrip);
    if (this.#state === 'decrease' && usage === 'overusing') this.#decrease(acknowledged);
  }

  /** Takes what a probe has found, where that is more. */
  probed(bitrate: number): void {
    if (bitrate <= this.#bitrate) return;
    if (this.#capacity.isExceededBy(bitrate)) this.#capacity.forget();
    this.#set(bitrate);
  }

  /** Goes down to this rate, because of loss. */
  cut(bitrate: number): void {
    this.#set(Math.min(this.#bitrate, bitrate));
  }

  #changeState(usage: BandwidthUsage): void {
    switch (usage) {
      case 'overusing':
        this.#state = 'decrease';
        return;
      case 'underusing':
        this.#state = 'hold';
        return;
      case 'normal':
        this.#state = this.#state === 'decrease' ? 'hold' : 'increase';
        return;
    }
  }

  #increase(elapsed: number, acknowledged: number | undefined, roundTrip: number): void {
    if (acknowledged !== undefined && this.#capacity.isExceededBy(acknowledged)) this.#capacity.forget();
    const limit =
      acknowledged === undefined ? this.#maximum : MAXIMUM_HEADROOM * acknowledged + MAXIMUM_HEADROOM_OFFSET;
    if (this.#bitrate >= limit) return;
    const increased =
      this.#capacity.bitrate === undefined
        ? this.#bitrate * INCREASE_FACTOR ** (elapsed / 1000)
        : this.#bitrate + (additiveIncrease(roundTrip) * elapsed) / 1000;
    this.#set(Math.min(limit, increased));
  }

  #decrease(acknowledged: number | undefined): void {
    const arrived = acknowledged ?? this.#bitrate;
    if (this.#capacity.bitrate !== undefined && !this.#capacity.isNear(arrived)) this.#capacity.forget();
    this.#capacity.add(arrived);
    this.#set(Math.min(this.#bitrate, DECREASE_FACTOR * arrived));
  }

  #set(bitrate: number): void {
    this.#bitrate = Math.min(this.#maximum, Math.max(this.#minimum, bitrate));
  }
}

/** One packet in each response time, bits a second in a second. */
function additiveIncrease(roundTrip: number): number {
  return Math.max(MINIMUM_INCREASE, (PACKET_BITS * 1000) / (roundTrip + RESPONSE_TIME_MS));
}
