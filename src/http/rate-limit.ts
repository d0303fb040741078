/** How many calls an address may make: a token bucket for each. */
import type { IPv6 } from 'ipaddr.js';
import type { onRequestHookHandler } from 'fastify';
import { ServiceError } from '../errors.ts';
import { parseAddress } from '../moderation/network.ts';

/** So many addresses are remembered at most; the one that was seen first is forgotten for a new one. */
export const MAX_BUCKETS = 100_000;

export interface RateLimit {
  /** Calls a second in the long run; 0 for no limit. */
  perSecond: number;
  /** Calls at once; 0 for one second's worth. */
  burst: number;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was right: monotonic milliseconds. */
  at: number;
}

/** Token buckets by client. */
export class RateLimiter {
  readonly #perMillisecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ perSecond, burst }: RateLimit) {
    this.#perMillisecond = perSecond / 1000;
    this.#burst = burst > 0 ? burst : Math.max(1, Math.ceil(perSecond));
  }

  /** Whether there is a limit at all. */
  get isOn(): boolean {
    return this.#perMillisecond > 0;
  }

  /** Takes a token: 0 where there was one, otherwise milliseconds until there is. `now` is monotonic milliseconds. */
  take(client: string, now: number): number {
    if (!this.isOn) return 0;
    const bucket = this.#bucket(client, now);
    bucket.tokens = Math.min(this.#burst, bucket.tokens + (now - bucket.at) * this.#perMillisecond);
    bucket.at = now;
    if (bucket.tokens < 1) return (1 - bucket.tokens) / this.#perMillisecond;
    bucket.tokens--;
    return 0;
  }

  #bucket(client: string, now: number): Bucket {
    const known = this.#buckets.get(client);
    if (known !== undefined) return known;
    if (this.#buckets.size >= MAX_BUCKETS) this.#makeRoom(now);
    const bucket = { tokens: this.#burst, at: now };
    this.#buckets.set(client, bucket);
    return bucket;
  }

  /** Full buckets say nothing; where all say something, the oldest goes. */
  #makeRoom(now: number): void {
    for (const [client, { tokens, at }] of this.#buckets) {
      if (tokens + (now - at) * this.#perMillisecond >= this.#burst) this.#buckets.delete(client);
    }
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= MAX_BUCKETS && oldest !== undefined) this.#buckets.delete(oldest);
  }
}

/** Refuses a client's calls with 429 once its bucket is empty. Preflights are not counted. */
export function limitRate(limiter: RateLimiter): onRequestHookHandler {
  return (request, _reply, done) => {
    const isFree = !limiter.isOn || request.method === 'OPTIONS';
    const wait = isFree ? 0 : limiter.take(clientOf(request.ip), performance.now());
    if (wait === 0) done();
    else done(new ServiceError('rate_limited', { retryAfterSeconds: wait / 1000 }));
  };
}

/** Who counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is what one line gets. */
export function clientOf(ip: string | undefined): string {
  const address = parseAddress(ip);
  // A connection that is gone has none.
  if (address === undefined) return ip ?? '';
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
