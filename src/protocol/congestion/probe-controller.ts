import type { PacketResult } from './packet-result.ts';
import { ProbeMeasurement } from './probe-measurement.ts';

/** A probe goes to this many times the estimate at the most; after one without success to the other. */
const MAXIMUM_STEP = 3;
const CAREFUL_STEP = 2;
/** Bursts of a probe, and the time between two, ms: what a sender with a timer of 10 ms can keep. */
const BURSTS = 3;
const BURST_INTERVAL_MS = 10;
/** After a probe that found the way full, or brought it to overuse, ms; grows with each, up to the other. */
const INITIAL_PAUSE_MS = 2000;
const MAXIMUM_PAUSE_MS = 5000;
const PAUSE_GROWTH = 1.5;
/** After a probe that told nothing, ms. */
const RETRY_PAUSE_MS = 500;
/** Overuse so long after a probe may be its doing, ms. */
const PROBE_EFFECT_MS = 1000;
/** A probe that is not sent, or of which nothing is heard, is given up after this time, ms. */
const TIMEOUT_MS = 1000;

/** A few bursts to be sent beside the media. A burst should be of two packets or more. */
export interface Probe {
  /** Of the bursts together, bits a second. */
  bitrate: number;
  bursts: number;
  /** Bytes of one burst, as the estimator counts packets. */
  burstBytes: number;
  /** From one burst to the next, ms. */
  intervalMs: number;
}

interface OpenProbe {
  deadline: number;
  measurement: ProbeMeasurement | undefined;
}

/** Decides when to find out whether there is more bandwidth, and reads the answers. */
export class ProbeController {
  #wanted = 0;
  #open: OpenProbe | undefined;
  #next = 0;
  #pause = INITIAL_PAUSE_MS;
  #lastSuccess = Number.NEGATIVE_INFINITY;

  /** The bitrate of which there would be use, bits a second; 0 for no more than there is. */
  set wanted(bitrate: number) {
    this.#wanted = bitrate;
  }

  /** The way was overused: the queue drains before the next probe. */
  overused(now: number): void {
    if (now - this.#lastSuccess < PROBE_EFFECT_MS) this.#lengthenPause();
    this.#lastSuccess = Number.NEGATIVE_INFINITY;
    this.#next = Math.max(this.#next, now + this.#pause);
  }

  /** The probe to begin now. `estimate` in bits a second. */
  poll(estimate: number, now: number): Probe | undefined {
    if (this.#open !== undefined && now >= this.#open.deadline) this.#close(undefined, now);
    if (this.#open !== undefined || now < this.#next || estimate >= this.#wanted) return undefined;
    const step = this.#pause > INITIAL_PAUSE_MS ? CAREFUL_STEP : MAXIMUM_STEP;
    const bitrate = Math.min(this.#wanted, estimate * step);
    this.#open = { deadline: now + TIMEOUT_MS, measurement: undefined };
    const burstBytes = Math.ceil((bitrate * BURST_INTERVAL_MS) / 8000);
    return { bitrate, bursts: BURSTS, burstBytes, intervalMs: BURST_INTERVAL_MS };
  }

  /** The probe's first and last packet were sent at these times, ms. */
  sent(from: number, to: number): void {
    if (this.#open === undefined) return;
    this.#open.measurement = new ProbeMeasurement(from, to);
    this.#open.deadline = to + TIMEOUT_MS;
  }

  /** Takes results; what a probe has found where it ends with them, bits a second. */
  receive(packets: readonly PacketResult[], now: number): number | undefined {
    const measurement = this.#open?.measurement;
    if (measurement === undefined) return undefined;
    for (const packet of packets) measurement.add(packet);
    return measurement.complete ? this.#close(measurement, now) : undefined;
  }

  /** Monotonic ms of the next probe or time-out. `estimate` in bits a second. */
  deadline(estimate: number): number {
    if (this.#open !== undefined) return this.#open.deadline;
    return estimate >= this.#wanted ? Number.POSITIVE_INFINITY : this.#next;
  }

  #close(measurement: ProbeMeasurement | undefined, now: number): number | undefined {
    const result = measurement?.result;
    this.#open = undefined;
    if (result === undefined) {
      this.#next = now + RETRY_PAUSE_MS;
    } else if (!result.full) {
      this.#pause = INITIAL_PAUSE_MS;
      this.#lastSuccess = now;
      this.#next = now;
    } else {
      this.#next = now + this.#pause;
      this.#lengthenPause();
    }
    return result?.bitrate;
  }

  #lengthenPause(): void {
    this.#pause = Math.min(MAXIMUM_PAUSE_MS, this.#pause * PAUSE_GROWTH);
  }
}
