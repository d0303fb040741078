/** Token buckets by key, in bounded memory. */
import { type BucketRate, TokenBucket } from './token-bucket.ts';

export class TokenBuckets {
  readonly #rate: BucketRate;
  readonly #most: number;
  readonly #buckets = new Map<string, TokenBucket>();

  /** `most` are remembered; for a new one, full buckets are forgotten, and the oldest where none is full. */
  constructor(rate: BucketRate, most: number) {
    this.#rate = rate;
    this.#most = most;
  }

  /** The bucket of a key. `now`: milliseconds, of any clock that is used throughout. */
  of(key: string, now: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    if (this.#buckets.size >= this.#most) this.#makeRoom(now);
    const bucket = new TokenBucket(this.#rate, now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #makeRoom(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= this.#most && oldest !== undefined) this.#buckets.delete(oldest);
  }
}
