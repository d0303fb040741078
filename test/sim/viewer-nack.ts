/** Requests of one packet at the most. */
const MAXIMUM_REQUESTS = 10;
/** Missing packets at the most; beyond that the list is dropped for a keyframe. */
const MAXIMUM_MISSING = 1000;
/** A gap of more packets is no loss. */
const MAXIMUM_GAP = 1000;

interface Missing {
  since: number;
  due: number;
  requests: number;
}

/**
 * Asks for what is missing as Chromium does: at once when the gap shows, then again after each round trip, which a
 * client that only receives takes for 100 ms. Sequence numbers are unwrapped.
 */
export class ViewerNack {
  readonly #roundTripMs: number;
  readonly #missing = new Map<number, Missing>();
  #newest: number | undefined;
  #gaveUp = false;
  requested = 0;

  constructor(roundTripMs: number) {
    this.#roundTripMs = roundTripMs;
  }

  /** The highest sequence number that came. */
  get newest(): number | undefined {
    return this.#newest;
  }

  receive(sequence: number, now: number): void {
    this.#missing.delete(sequence);
    if (this.#newest === undefined || sequence - this.#newest > MAXIMUM_GAP) {
      this.#gaveUp = this.#newest !== undefined;
      this.#missing.clear();
    } else {
      for (let missing = this.#newest + 1; missing < sequence; missing++) {
        this.#missing.set(missing, { since: now, due: now, requests: 0 });
      }
    }
    this.#newest = Math.max(this.#newest ?? sequence, sequence);
    if (this.#missing.size > MAXIMUM_MISSING) {
      this.#missing.clear();
      this.#gaveUp = true;
    }
  }

  /** What a keyframe has made needless. */
  forgetBefore(sequence: number): void {
    for (const missing of this.#missing.keys()) if (missing < sequence) this.#missing.delete(missing);
  }

  /** Sequence numbers to ask for now. */
  poll(now: number): number[] {
    const sequences: number[] = [];
    for (const [sequence, missing] of this.#missing) {
      if (now < missing.due) continue;
      if (missing.requests >= MAXIMUM_REQUESTS) {
        this.#missing.delete(sequence);
        this.#gaveUp = true;
        continue;
      }
      missing.requests++;
      missing.due = now + this.#roundTripMs;
      sequences.push(sequence);
    }
    this.requested += sequences.length;
    return sequences;
  }

  /** True once where packets were given up since the last call. */
  takeGaveUp(): boolean {
    const gaveUp = this.#gaveUp;
    this.#gaveUp = false;
    return gaveUp;
  }
}
