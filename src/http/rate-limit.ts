/** How many calls an address may make: a token bucket for each. */
import type { IPv6 } from 'ipaddr.js';
import type { onRequestHookHandler } from 'fastify';
import { ServiceError } from '../errors.ts';
import { parseAddress } from '../moderation/network.ts';
import { TokenBuckets } from '../util/token-buckets.ts';

/** So many addresses are remembered at most; the one that was seen first is forgotten for a new one. */
export const MAX_BUCKETS = 100_000;

export interface RateLimit {
  /** Calls a second in the long run; 0 for no limit. */
  perSecond: number;
  /** Calls at once; 0 for one second's worth. */
  burst: number;
}

/** Token buckets by client. */
export class RateLimiter {
  /** Whether there is a limit at all. */
  readonly isOn: boolean;
  readonly #buckets: TokenBuckets;

  constructor({ perSecond, burst }: RateLimit) {
    this.isOn = perSecond > 0;
    const atOnce = burst > 0 ? burst : Math.max(1, Math.ceil(perSecond));
    this.#buckets = new TokenBuckets({ burst: atOnce, perSecond }, MAX_BUCKETS);
  }

  /** Takes a token: 0 where there was one, otherwise milliseconds until there is. `now` is monotonic milliseconds. */
  take(client: string, now: number): number {
    if (!this.isOn) return 0;
    const bucket = this.#buckets.of(client, now);
    const wait = bucket.wait(now);
    if (wait === 0) bucket.take(now);
    return wait * 1000;
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
