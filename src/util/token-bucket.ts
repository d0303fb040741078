/** How often something may happen: a bucket that fills evenly. */

export interface BucketRate {
  /** What may happen at once. */
  burst: number;
  /** What may happen in a second in the long run. */
  perSecond: number;
}

export class TokenBucket {
  readonly #rate: BucketRate;
  #tokens: number;
  /** When `#tokens` was right. */
  #at: number;

  /** `now`: milliseconds, of any clock that is used throughout. */
  constructor(rate: BucketRate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Seconds until there is a token; 0 where there is one. */
  wait(now: number): number {
    this.#fill(now);
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) / this.#rate.perSecond;
  }

  /** Whether it says nothing that a new one would not say. */
  isFull(now: number): boolean {
    this.#fill(now);
    return this.#tokens >= this.#rate.burst;
  }

  /** Takes a token, whether or not there is one. */
  take(now: number): void {
    this.#fill(now);
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  #fill(now: number): void {
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + seconds * this.#rate.perSecond);
    this.#at = now;
  }
}
