import type { TransportFeedback } from '../rtcp/transport-feedback.ts';
import { AcknowledgedBitrate } from './acknowledged-bitrate.ts';
import { FeedbackReader, type FindSentPacket } from './feedback-reader.ts';
import { InterArrival } from './inter-arrival.ts';
import { LossController, type RateState } from './loss-controller.ts';
import { type BandwidthUsage, OveruseDetector } from './overuse-detector.ts';
import { hasArrived, type PacketResult, type ReceivedResult } from './packet-result.ts';
import { type Probe, ProbeController } from './probe-controller.ts';
import { RateController } from './rate-controller.ts';
import { Trendline } from './trendline.ts';

/** Assumed until feedback has come, ms. */
const INITIAL_ROUND_TRIP_MS = 100;
/** Weight of a new sample of the round trip. */
const ROUND_TRIP_WEIGHT = 1 / 8;
/** Under more loss than this a probe would only add to it. */
const MAXIMUM_PROBE_LOSS = 0.1;

/** All in bits a second. */
export interface EstimatorLimits {
  initial: number;
  minimum: number;
  maximum: number;
}

/**
 * Estimates the bandwidth to one receiver from its transport-wide feedback: the lower of what delay and what loss allow
 * (draft-ietf-rmcat-gcc-02), raised by probes.
 */
export class SendSideEstimator {
  readonly #reader = new FeedbackReader();
  readonly #interArrival = new InterArrival();
  readonly #trendline = new Trendline();
  readonly #detector = new OveruseDetector();
  readonly #acknowledged = new AcknowledgedBitrate();
  readonly #rate: RateController;
  readonly #loss = new LossController();
  readonly #probes = new ProbeController();
  #roundTrip = INITIAL_ROUND_TRIP_MS;

  constructor(limits: EstimatorLimits) {
    this.#rate = new RateController(limits);
  }

  /** Bits a second. */
  get bitrate(): number {
    return this.#rate.bitrate;
  }

  /** What arrives, bits a second; undefined where too little has. */
  get acknowledged(): number | undefined {
    return this.#acknowledged.bitrate;
  }

  get usage(): BandwidthUsage {
    return this.#detector.usage;
  }

  /** Share of packets lost, 0 to 1. */
  get loss(): number {
    return this.#loss.fraction;
  }

  /** From sending to feedback, ms. */
  get roundTrip(): number {
    return this.#roundTrip;
  }

  /** Takes a feedback message; `find` knows the packets that were sent. */
  handleFeedback(feedback: TransportFeedback, find: FindSentPacket, now: number): void {
    const results = this.#reader.read(feedback, find);
    const received = results.filter(hasArrived);
    for (const packet of received) this.#receive(packet);
    this.#measureRoundTrip(received, now);
    const cut = this.#loss.update(results.length, results.length - received.length, this.#state, now);
    const probed = this.#probes.receive(results, now);
    if (received.length > 0) {
      const { bitrate, peak } = this.#acknowledged;
      this.#rate.update(this.usage, this.usage === 'overusing' ? peak : bitrate, this.#roundTrip, now);
    }
    if (cut !== undefined) this.#rate.cut(cut);
    if (this.usage === 'overusing') this.#probes.overused(now);
    else if (probed !== undefined) this.#rate.probed(probed);
  }

  /** The bitrate of which there would be use, bits a second: probes go up to it. */
  setWanted(bitrate: number): void {
    this.#probes.wanted = bitrate;
  }

  /** The probe to begin now. */
  poll(now: number): Probe | undefined {
    return this.#mayProbe ? this.#probes.poll(this.bitrate, now) : undefined;
  }

  /** The probe's first and last packet were sent at these times, ms. */
  probeSent(from: number, to: number): void {
    this.#probes.sent(from, to);
  }

  /** Monotonic ms at which `poll` may have a probe; infinite where none is wanted, or the next feedback decides. */
  deadline(): number {
    return this.#mayProbe ? this.#probes.deadline(this.bitrate) : Number.POSITIVE_INFINITY;
  }

  get #mayProbe(): boolean {
    return this.#loss.fraction <= MAXIMUM_PROBE_LOSS && this.usage !== 'overusing';
  }

  get #state(): RateState {
    return { bitrate: this.#rate.bitrate, acknowledged: this.acknowledged, roundTrip: this.#roundTrip };
  }

  #receive(packet: ReceivedResult): void {
    this.#acknowledged.add(packet);
    const delta = this.#interArrival.add(packet);
    if (delta === undefined) return;
    this.#detector.update(this.#trendline.add(delta), delta.sendDelta, delta.arrivalTime);
  }

  #measureRoundTrip(received: readonly PacketResult[], now: number): void {
    const newest = received.at(-1);
    if (newest === undefined) return;
    this.#roundTrip += (Math.max(0, now - newest.sendTime) - this.#roundTrip) * ROUND_TRIP_WEIGHT;
  }
}
