import { SendSideEstimator } from '../../src/protocol/congestion/send-side-estimator.ts';
import { buildTransportFeedback } from '../../src/protocol/rtcp/build-transport-feedback.ts';
import { TransportWideArrivals } from '../../src/sfu/transport-wide-arrivals.ts';
import type { EventQueue } from './event-queue.ts';
import type { Link } from './link.ts';
import { SentPackets } from './sent-packets.ts';

const PACKET_BYTES = 1200;
const FRAME_INTERVAL_MS = 33;
const FEEDBACK_INTERVAL_MS = 50;
/** The sender looks at its timers this often, ms. */
const TICK_MS = 10;

export interface FlowDescription {
  /** What the source has at the most, bits a second. */
  maximum: number;
  /** What it has at the least; more than the estimate, where that is lower. */
  minimum: number;
  /** Has something to gain from more than it sends: probes go up to this, bits a second. */
  wanted: number;
  startsAt: number;
}

export interface FlowSample {
  time: number;
  /** Bits a second. */
  estimate: number;
  /** Of the bottleneck, ms. */
  queueMs: number;
}

/** A sender of frames whose bitrate follows the estimate, its receiver, and what was measured on the way. */
export class EstimatedFlow {
  readonly #description: FlowDescription;
  readonly #events: EventQueue;
  readonly #down: Link;
  readonly #up: Link;
  readonly #estimator: SendSideEstimator;
  readonly #sent = new SentPackets();
  readonly #arrivals = new TransportWideArrivals();
  #carriedBytes = 0;
  readonly samples: FlowSample[] = [];
  /** Bytes sent in probes. */
  probeBytes = 0;
  probes = 0;

  constructor(description: FlowDescription, events: EventQueue, down: Link, up: Link) {
    this.#description = description;
    this.#events = events;
    this.#down = down;
    this.#up = up;
    this.#estimator = new SendSideEstimator({ initial: 300_000, minimum: 30_000, maximum: 20_000_000 });
    this.#estimator.setWanted(description.wanted);
    events.at(description.startsAt, () => {
      events.every(FRAME_INTERVAL_MS, () => this.#sendFrame());
      events.every(FEEDBACK_INTERVAL_MS, () => this.#sendFeedback());
      events.every(TICK_MS, () => this.#tick());
    });
  }

  #sendFrame(): void {
    const { minimum, maximum } = this.#description;
    const bitrate = Math.max(minimum, Math.min(maximum, this.#estimator.bitrate));
    this.#carriedBytes += (bitrate * FRAME_INTERVAL_MS) / 8000;
    while (this.#carriedBytes > 0) {
      const bytes = Math.max(200, Math.min(PACKET_BYTES, Math.round(this.#carriedBytes)));
      this.#carriedBytes -= bytes;
      this.#send(bytes);
    }
  }

  #tick(): void {
    const { now } = this.#events;
    this.samples.push({ time: now, estimate: this.#estimator.bitrate, queueMs: this.#down.queueDelayMs });
    const probe = this.#estimator.poll(now);
    if (probe === undefined) return;
    this.probes++;
    this.probeBytes += probe.bursts * probe.burstBytes;
    const packets = Math.max(2, Math.ceil(probe.burstBytes / PACKET_BYTES));
    for (let burst = 0; burst < probe.bursts; burst++) {
      this.#events.after(burst * probe.intervalMs, () => {
        for (let packet = 0; packet < packets; packet++) this.#send(Math.ceil(probe.burstBytes / packets));
      });
    }
    this.#estimator.probeSent(now, now + (probe.bursts - 1) * probe.intervalMs);
  }

  #send(bytes: number): void {
    const number = this.#sent.add(bytes, this.#events.now);
    this.#down.send(bytes, () => this.#arrivals.add(number & 0xffff, this.#events.now));
  }

  #sendFeedback(): void {
    if (!this.#arrivals.pending) return;
    const { baseSequence, arrivals } = this.#arrivals.take();
    const feedback = buildTransportFeedback({
      senderSsrc: 1,
      mediaSsrc: 2,
      feedbackCount: 0,
      baseSequence: baseSequence & 0xffff,
      arrivals: arrivals.map(({ sequence, arrivalTimeMs }) => ({ sequence: sequence & 0xffff, arrivalTimeMs })),
    });
    for (const message of feedback) {
      this.#up.send(80, () =>
        this.#estimator.handleFeedback(message, (sequence) => this.#sent.find(sequence), this.#events.now),
      );
    }
  }
}
