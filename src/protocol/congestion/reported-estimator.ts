import type { EstimatorLimits } from './send-side-estimator.ts';
import { CUT_INTERVAL_MS, HIGH_LOSS, LOW_LOSS } from './loss-controller.ts';

/** A receiver that could take more says so by a REMB of 1.5 times what it gets at the most (draft-ietf-rmcat-gcc-02 5.5). */
const UNLIMITED_FACTOR = 1.25;
/** Growth a second while the receiver sets no limit. */
const INCREASE_FACTOR = 1.08;
/** One step of an increase is at most this long, ms. */
const MAXIMUM_STEP_MS = 1000;
/** A REMB is believed for this long, ms; receivers send one a second. */
const REPORT_LIFETIME_MS = 5000;
const DEFAULT_ROUND_TRIP_MS = 100;

/**
 * Estimates the bandwidth to a receiver without transport-wide feedback: its REMB (draft-alvestrand-rmcat-remb-03) and
 * the loss in its reports decide. A REMB follows what is sent, so one well above that lets the estimate grow.
 */
export class ReportedEstimator {
  readonly #limits: EstimatorLimits;
  #loss = 0;
  #lastCut = Number.NEGATIVE_INFINITY;
  #bitrate: number;
  #reported: { bitrate: number; time: number } | undefined;
  #lastUpdate: number | undefined;

  constructor(limits: EstimatorLimits) {
    this.#limits = limits;
    this.#bitrate = limits.initial;
  }

  /** Bits a second. */
  get bitrate(): number {
    return this.#bitrate;
  }

  /** Share of packets lost, 0 to 1, as reported last. */
  get loss(): number {
    return this.#loss;
  }

  /** Takes a REMB; `sent`: what was sent lately; both bits a second. */
  handleRemb(bitrate: number, sent: number, now: number): void {
    this.#reported = { bitrate, time: now };
    this.#update(sent, now);
  }

  /** Takes a receiver report. `fraction` lost 0 to 1; `sent` in bits a second; `roundTrip` in ms. */
  handleReport(fraction: number, sent: number, roundTrip: number | undefined, now: number): void {
    this.#loss = fraction;
    if (fraction > HIGH_LOSS) this.#cut(fraction, sent, roundTrip ?? DEFAULT_ROUND_TRIP_MS, now);
    else if (this.#reported === undefined) this.#update(sent, now);
  }

  /** From what was sent, as an estimate that was never tried tells nothing. */
  #cut(fraction: number, sent: number, roundTrip: number, now: number): void {
    if (now - this.#lastCut < CUT_INTERVAL_MS + roundTrip) return;
    this.#lastCut = now;
    this.#set(Math.min(this.#bitrate, sent * (1 - fraction / 2)));
  }

  #update(sent: number, now: number): void {
    const elapsed = Math.min(MAXIMUM_STEP_MS, now - (this.#lastUpdate ?? now));
    this.#lastUpdate = now;
    const reported = this.#reported;
    const current = reported !== undefined && now - reported.time < REPORT_LIFETIME_MS ? reported.bitrate : undefined;
    if (current !== undefined && current < sent * UNLIMITED_FACTOR) {
      this.#set(current);
      return;
    }
    if (this.#loss < LOW_LOSS) this.#set(this.#bitrate * INCREASE_FACTOR ** (elapsed / 1000));
    if (current !== undefined) this.#set(Math.max(this.#bitrate, current));
  }

  #set(bitrate: number): void {
    this.#bitrate = Math.min(this.#limits.maximum, Math.max(this.#limits.minimum, bitrate));
  }
}
