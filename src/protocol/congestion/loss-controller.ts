/** Less loss than this share says nothing against a higher rate, more than the other cuts it (draft-ietf-rmcat-gcc-02 6). */
export const LOW_LOSS = 0.02;
export const HIGH_LOSS = 0.1;
/** Between two cuts, added to the round trip, ms: the first must have had its effect. */
export const CUT_INTERVAL_MS = 300;
/** A cut leaves this share of what arrives: that much the way carries. */
const ARRIVED_SHARE = 0.85;
/** A share of fewer packets is chance. */
const MINIMUM_PACKETS = 20;
/** The share is taken over this long, ms. */
const MINIMUM_INTERVAL_MS = 200;

/** What else is known when loss is. */
export interface RateState {
  /** The rate in use, bits a second. */
  bitrate: number;
  /** What arrives, bits a second. */
  acknowledged: number | undefined;
  /** Milliseconds. */
  roundTrip: number;
}

/**
 * Cuts the rate where much is lost. Growth is left to the delay: on links that lose at random, what is lost says little
 * of what they carry.
 */
export class LossController {
  #packets = 0;
  #lost = 0;
  #intervalStart: number | undefined;
  #lastCut = Number.NEGATIVE_INFINITY;
  #fraction = 0;

  /** Share of packets lost, 0 to 1, in the last interval. */
  get fraction(): number {
    return this.#fraction;
  }

  /** Takes counts of packets. The rate to cut to, bits a second; undefined where it may stay. */
  update(packets: number, lost: number, state: RateState, now: number): number | undefined {
    this.#intervalStart ??= now;
    this.#packets += packets;
    this.#lost += lost;
    if (this.#packets < MINIMUM_PACKETS || now - this.#intervalStart < MINIMUM_INTERVAL_MS) return undefined;
    this.#fraction = this.#lost / this.#packets;
    this.#packets = 0;
    this.#lost = 0;
    this.#intervalStart = now;
    if (this.#fraction <= HIGH_LOSS || now - this.#lastCut < CUT_INTERVAL_MS + state.roundTrip) return undefined;
    this.#lastCut = now;
    const cut = Math.max(state.bitrate * (1 - this.#fraction / 2), ARRIVED_SHARE * (state.acknowledged ?? 0));
    return Math.min(state.bitrate, cut);
  }
}
