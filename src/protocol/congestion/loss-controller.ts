/** Less loss than this share lets the rate grow, more than the other cuts it (draft-ietf-rmcat-gcc-02 6). */
export const LOW_LOSS = 0.02;
const HIGH_LOSS = 0.1;
/** Growth a second under low loss. */
const INCREASE_FACTOR = 1.05;
/** A cut leaves this share of what arrives: that much the way carries. */
const ARRIVED_SHARE = 0.85;
/** A share of fewer packets is chance. */
const MINIMUM_PACKETS = 20;
/** The share is taken over this long, ms. */
const MINIMUM_INTERVAL_MS = 200;
/** Between two cuts, added to the round trip, ms: the first must have had its effect. */
const CUT_INTERVAL_MS = 300;
/** Once the bound is this many times the rate in use it binds nobody, and is lifted. */
const LIFT_FACTOR = 2;

/** What else is known when loss is. */
export interface RateState {
  /** What delay allows, bits a second. */
  bitrate: number;
  /** What arrives, bits a second. */
  acknowledged?: number | undefined;
  /** Milliseconds. */
  roundTrip: number;
}

/** The upper bound that loss sets to the bitrate; infinite until loss was high. */
export class LossController {
  readonly #minimum: number;
  #bound = Number.POSITIVE_INFINITY;
  #packets = 0;
  #lost = 0;
  #intervalStart: number | undefined;
  #lastCut = Number.NEGATIVE_INFINITY;
  #lastUpdate: number | undefined;
  #fraction = 0;

  /** `minimum`: the bound never falls below it, bits a second. */
  constructor(minimum: number) {
    this.#minimum = minimum;
  }

  /** Bits a second. */
  get bound(): number {
    return this.#bound;
  }

  /** Share of packets lost, 0 to 1, in the last interval. */
  get fraction(): number {
    return this.#fraction;
  }

  /** Takes counts of packets. */
  update(packets: number, lost: number, state: RateState, now: number): void {
    this.#intervalStart ??= now;
    this.#packets += packets;
    this.#lost += lost;
    if (this.#packets < MINIMUM_PACKETS || now - this.#intervalStart < MINIMUM_INTERVAL_MS) return;
    this.#fraction = this.#lost / this.#packets;
    this.#packets = 0;
    this.#lost = 0;
    this.#intervalStart = now;
    this.report(this.#fraction, state, now);
  }

  /** Takes a share of lost packets, 0 to 1, as a receiver report tells it. */
  report(fraction: number, { bitrate, acknowledged = 0, roundTrip }: RateState, now: number): void {
    const elapsed = Math.min(1000, now - (this.#lastUpdate ?? now));
    this.#lastUpdate = now;
    this.#fraction = fraction;
    if (fraction > HIGH_LOSS) {
      if (now - this.#lastCut < CUT_INTERVAL_MS + roundTrip) return;
      this.#lastCut = now;
      const bound = Math.min(this.#bound, bitrate);
      const cut = Math.max(this.#minimum, bound * (1 - fraction / 2), ARRIVED_SHARE * acknowledged);
      this.#bound = Math.min(bound, cut);
    } else if (fraction < LOW_LOSS) {
      this.#bound *= INCREASE_FACTOR ** (elapsed / 1000);
      if (this.#bound > LIFT_FACTOR * bitrate) this.#bound = Number.POSITIVE_INFINITY;
    }
  }

  /** A probe has carried this rate with little loss, bits a second. */
  probed(bitrate: number): void {
    this.#bound = Math.max(this.#bound, bitrate);
  }
}
