/** Token buckets by key, in bounded memory. */
import { type BucketRate, TokenBucket } from './token-bucket.ts';

/** So many are remembered at most; the oldest is forgotten for a new one. */
const MOST_BUCKETS = 20_000;

export class TokenBuckets {
  readonly #rate: BucketRate;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: BucketRate) {
    this.#rate = rate;
  }

  /** The bucket of a key. `now`: milliseconds, of any clock that is used throughout. */
  of(key: string, now: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= MOST_BUCKETS) this.#makeRoom(now);
    const bucket = new TokenBucket(this.#rate, now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #makeRoom(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= MOST_BUCKETS && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
