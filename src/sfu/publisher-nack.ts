import { sequenceDifference } from '../util/sequence.ts';
import type { RtpBatch } from './rtp-batch.ts';

/** Time that a packet may be late by reordering alone before it is asked for, ms. */
const REORDER_WAIT_MS = 10;
/** Round trip assumed until an answer has measured it, ms. */
const INITIAL_ROUND_TRIP_MS = 100;
/** Until then nobody knows how much answers vary either, ms. */
const INITIAL_VARIATION_MS = 12.5;
/** An answer is waited for at least this much longer than the round trip: senders ignore requests within it, ms. */
const MINIMUM_MARGIN_MS = 10;
/** A packet is asked for this often at the most. */
const MAXIMUM_REQUESTS = 10;
/** A packet that is this late helps nobody any more, ms. */
const MAXIMUM_AGE_MS = 1000;
/** A gap of more packets is no loss but a break: a keyframe repairs it sooner. */
const MAXIMUM_GAP = 256;

interface MissingPacket {
  /** Monotonic ms when the gap was seen. */
  since: number;
  /** Monotonic ms of the next request. */
  due: number;
  requests: number;
  /** Monotonic ms. */
  firstRequest: number;
}

export interface NackPoll {
  /** Sequence numbers to ask for now. */
  sequences: number[];
  /** Something was lost for good since the last poll: only a keyframe repairs the picture. */
  gaveUp: boolean;
}

/** Notes what is missing of one stream and says when to ask the publisher for it (RFC 4585 6.2.1). */
export class PublisherNack {
  readonly #missing = new Map<number, MissingPacket>();
  #newest: number | undefined;
  #roundTrip = INITIAL_ROUND_TRIP_MS;
  #variation = INITIAL_VARIATION_MS;
  #measured = false;
  /** After an answer that may belong to an earlier request: how long one took at the most, ms. */
  #patience = 0;
  #gaveUp = false;
  #requested = 0;
  #lost = 0;

  /** Packets of one read, first sent or sent again. */
  receive(batch: RtpBatch, now: number): void {
    for (let index = 0; index < batch.count; index++) this.#receiveOne(batch.sequence(index), now);
  }

  /** Forgets what is missing: the next packet begins anew, wherever it stands. */
  restart(): void {
    this.#missing.clear();
    this.#newest = undefined;
    this.#gaveUp = false;
  }

  poll(now: number): NackPoll {
    const sequences: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (missing.requests >= MAXIMUM_REQUESTS || now - missing.since >= MAXIMUM_AGE_MS) {
        this.#missing.delete(sequence);
        this.#gaveUp = true;
      } else if (now >= missing.due) {
        if (missing.requests++ === 0) {
          missing.firstRequest = now;
          this.#lost++;
        }
        this.#requested++;
        missing.due = now + this.#answerTimeout;
        sequences.push(sequence);
      }
    }
    const gaveUp = this.#gaveUp;
    this.#gaveUp = false;
    return { sequences, gaveUp };
  }

  /** Monotonic ms of the next request, infinite where nothing is missing. */
  deadline(): number {
    if (this.#gaveUp) return 0;
    let deadline = Number.POSITIVE_INFINITY;
    for (const missing of this.#missing.values()) deadline = Math.min(deadline, missing.due);
    return deadline;
  }

  /** Packets asked for so far; each request counts. */
  get requested(): number {
    return this.#requested;
  }

  /** Packets that were missing for longer than reordering takes, repaired since or not. */
  get lost(): number {
    return this.#lost;
  }

  /** Measured time from a request to its answer, ms; undefined until the first. */
  get roundTrip(): number | undefined {
    return this.#measured ? this.#roundTrip : undefined;
  }

  #receiveOne(sequence: number, now: number): void {
    if (this.#newest === undefined) {
      this.#newest = sequence;
      return;
    }
    const difference = sequenceDifference(sequence, this.#newest);
    if (difference <= 0) {
      this.#repaired(sequence, now);
      return;
    }
    if (difference > MAXIMUM_GAP) {
      this.#missing.clear();
      this.#gaveUp = true;
    } else {
      for (let step = 1; step < difference; step++) this.#note((this.#newest + step) & 0xffff, now);
    }
    this.#newest = sequence;
  }

  #note(sequence: number, now: number): void {
    const due = now + REORDER_WAIT_MS;
    this.#missing.set(sequence, { since: now, due, requests: 0, firstRequest: 0 });
  }

  #repaired(sequence: number, now: number): void {
    const missing = this.#missing.get(sequence);
    if (missing === undefined) return;
    this.#missing.delete(sequence);
    if (missing.requests === 0) return;
    const elapsed = Math.max(1, now - missing.firstRequest);
    if (missing.requests === 1) {
      this.#measure(elapsed);
      this.#patience = 0;
    } else {
      // Nobody knows which request was answered (Karn's rule). The next ones wait so long that it will be clear.
      this.#patience = elapsed;
    }
  }

  /** As TCP measures it (RFC 6298 2), but quicker to follow: losses are rarer than segments. */
  #measure(sample: number): void {
    if (this.#measured) {
      this.#variation += (Math.abs(sample - this.#roundTrip) - this.#variation) / 4;
      this.#roundTrip += (sample - this.#roundTrip) / 4;
    } else {
      this.#variation = sample / 8;
      this.#roundTrip = sample;
    }
    this.#measured = true;
  }

  /** Time after which a request or its answer must be taken for lost, ms. */
  get #answerTimeout(): number {
    return Math.max(
      this.#roundTrip + 4 * this.#variation,
      this.#roundTrip + MINIMUM_MARGIN_MS,
      this.#patience + MINIMUM_MARGIN_MS,
    );
  }
}
