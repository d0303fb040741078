/** For the operator: why a service that this server asks (a login provider, a key set, a webhook) does not do its part. */
import type { FastifyBaseLogger } from 'fastify';
import type { ErrorCode, ServiceError } from '../errors.ts';

/** A service that is down fails at each request; one line in so many milliseconds tells it. */
const INTERVAL = 10_000;
/** Errors that led to each other, at the most. */
const LONGEST_CHAIN = 4;

/** Logs the cause of refusals that have one. `now` is monotonic milliseconds. */
export function logFailedServices(log: Pick<FastifyBaseLogger, 'warn'>): (refusal: ServiceError, now: number) => void {
  const lastTold = new Map<ErrorCode, number>();
  return ({ code, cause }, now) => {
    if (cause === undefined || now - (lastTold.get(code) ?? -INTERVAL) < INTERVAL) return;
    lastTold.set(code, now);
    log.warn({ code, reason: reasonOf(cause) }, 'a service that was asked has failed');
  };
}

/** The messages of errors that led to each other, the last one first. */
function reasonOf(cause: unknown): string {
  const messages: string[] = [];
  for (let error = cause; error instanceof Error && messages.length < LONGEST_CHAIN; error = error.cause) {
    messages.push(error.message);
  }
  return messages.length === 0 ? String(cause) : messages.join(': ');
}
