import type { Probe } from '../protocol/congestion/probe-controller.ts';
import { ReportedEstimator } from '../protocol/congestion/reported-estimator.ts';
import { type EstimatorLimits, SendSideEstimator } from '../protocol/congestion/send-side-estimator.ts';
import type { TransportFeedback } from '../protocol/rtcp/transport-feedback.ts';
import { BitrateMeter } from './bitrate-meter.ts';
import type { SendHistory } from './send-history.ts';

/** Enough for a small layer: a thin link is not flooded at once, and probes find more within a second. Bits a second. */
const INITIAL_BITRATE = 500_000;
/** A picture of any use needs as much, bits a second. */
const MINIMUM_BITRATE = 50_000;
/** Above that nothing is gained for a viewer, bits a second. */
const MAXIMUM_BITRATE = 50_000_000;
const FRACTION_UNITS = 256;

const DEFAULT_LIMITS: EstimatorLimits = {
  initial: INITIAL_BITRATE,
  minimum: MINIMUM_BITRATE,
  maximum: MAXIMUM_BITRATE,
};

/**
 * The bandwidth to one viewer: from transport-wide feedback where the viewer sends any, else from REMB and the loss in
 * its receiver reports.
 */
export class SubscriberBandwidth {
  #history: SendHistory | undefined;
  readonly #limits: EstimatorLimits;
  readonly #sendSide: SendSideEstimator;
  readonly #reported: ReportedEstimator;
  readonly #sent: BitrateMeter;
  #source: 'none' | 'reports' | 'feedback' = 'none';
  #probe: { burstsLeft: number; next: number; from: number; probe: Probe } | undefined;

  constructor(now: number, limits: EstimatorLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
    this.#sendSide = new SendSideEstimator(limits);
    this.#reported = new ReportedEstimator({ ...limits, initial: limits.maximum });
    this.#sent = new BitrateMeter(now);
  }

  /** The viewer's packets carry transport-wide numbers from now on, and are found here. */
  measureBy(history: SendHistory): void {
    this.#history = history;
  }

  /** The estimate, bits a second. Without any means to measure it there is no limit. */
  get bitrate(): number {
    switch (this.#source) {
      case 'none':
        return this.#history === undefined ? this.#limits.maximum : this.#limits.initial;
      case 'reports':
        return this.#reported.bitrate;
      case 'feedback':
        return this.#sendSide.bitrate;
    }
  }

  /** Share of packets lost of late, 0 to 1. */
  get loss(): number {
    return this.#source === 'feedback' ? this.#sendSide.loss : this.#reported.loss;
  }

  handleFeedback(feedback: TransportFeedback, now: number): void {
    const history = this.#history;
    if (history === undefined) return;
    this.#source = 'feedback';
    this.#sendSide.handleFeedback(feedback, (sequence) => history.find(sequence, now), now);
  }

  /** `bitrate` as the REMB says, bits a second. */
  handleRemb(bitrate: number, now: number): void {
    if (this.#history !== undefined) return;
    this.#source = 'reports';
    this.#reported.handleRemb(bitrate, this.#sent.bitrate(now), now);
  }

  /** `fractionLost` as the report block says, 0 to 255; `roundTrip` in ms. */
  handleReport(fractionLost: number, roundTrip: number | undefined, now: number): void {
    if (this.#history !== undefined) return;
    this.#source = 'reports';
    this.#reported.handleReport(fractionLost / FRACTION_UNITS, this.#sent.bitrate(now), roundTrip, now);
  }

  /** Takes the count of all bytes sent to the viewer so far; needed where there is no feedback. */
  setSent(bytes: number, now: number): void {
    this.#sent.setTotal(bytes, now);
  }

  /** The bitrate of which there would be use, bits a second: probes go up to it. */
  setWanted(bitrate: number): void {
    this.#sendSide.setWanted(bitrate);
  }

  /** Bytes of padding to send now, in two packets or more, as a burst of a probe; 0 for none. */
  poll(now: number): number {
    if (this.#source !== 'feedback') return 0;
    if (this.#probe === undefined) {
      const probe = this.#sendSide.poll(now);
      if (probe === undefined) return 0;
      this.#probe = { burstsLeft: probe.bursts, next: now, from: now, probe };
    }
    const current = this.#probe;
    if (now < current.next) return 0;
    current.next = now + current.probe.intervalMs;
    if (--current.burstsLeft === 0) {
      this.#sendSide.probeSent(current.from, now);
      this.#probe = undefined;
    }
    return current.probe.burstBytes;
  }

  /** Monotonic ms when `poll` may have something to send. */
  deadline(): number {
    if (this.#source !== 'feedback') return Number.POSITIVE_INFINITY;
    return this.#probe?.next ?? this.#sendSide.deadline();
  }
}
