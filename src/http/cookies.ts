/** The cookies of people who log in. */
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyRequest } from 'fastify';

/** Who has logged in. */
export const SESSION_COOKIE = 'live-webrtc-session';
/** A login that has begun. */
export const ATTEMPT_COOKIE = 'live-webrtc-login';

/** No page's script sees them, other sites' forms do not send them, and they need HTTPS where that is spoken. */
export function cookieOptions(request: FastifyRequest, path: string, lifetime: number): CookieSerializeOptions {
  const secure = request.protocol === 'https';
  return { path, httpOnly: true, sameSite: 'lax', secure, maxAge: Math.floor(lifetime / 1000) };
}

/**
 * The cookie of somebody who has logged in; undefined where there is none, or where the page of another site may have
 * sent the request.
 */
export function sessionCookie(request: FastifyRequest): string | undefined {
  const { method, headers } = request;
  // A WebSocket may change something later on.
  const changesSomething = !['GET', 'HEAD'].includes(method) || headers.upgrade !== undefined;
  if (changesSomething && !isFromOwnPage(request)) return undefined;
  return request.cookies[SESSION_COOKIE];
}

/** Whether no page of another site can have sent a request. */
export function isFromOwnPage({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site === 'same-origin';
  const { origin } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
