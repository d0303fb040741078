/** Cross-origin calls (the Fetch standard's CORS protocol): every origin of ALLOWED_ORIGIN may use the whole API. */
import type { FastifyReply, FastifyRequest } from 'fastify';

const EXPOSED_HEADERS = [
  'Location',
  'ETag',
  'Link',
  'Accept-Post',
  'Accept-Patch',
  'Retry-After',
  'Recording',
  // whip-web-client of Eyevinn reads it to learn what a session supports.
  'Access-Control-Allow-Methods',
].join(', ');

// ETag as a request header: whip-web-client of Eyevinn sends it in place of If-Match.
const ALLOWED_HEADERS = ['Authorization', 'Content-Type', 'If-Match', 'Last-Event-ID', 'X-Auth-Token', 'ETag'].join(
  ', ',
);

/** Browsers keep a preflight's answer no longer than this: seconds. */
const MAX_AGE = '7200';

/** Writes the headers that any response of the API carries. */
export function writeCorsHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  allowedOrigins: '*' | readonly string[],
): void {
  if (allowedOrigins === '*') {
    reply.header('Access-Control-Allow-Origin', '*');
  } else {
    reply.header('Vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowedOrigins.includes(origin)) return;
    reply.header('Access-Control-Allow-Origin', origin);
  }
  reply.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
}

/** Writes what the answer to OPTIONS adds, preflight or not. */
export function writePreflightHeaders(reply: FastifyReply, methods: readonly string[]): void {
  reply.header('Access-Control-Allow-Methods', methods.join(', '));
  reply.header('Access-Control-Allow-Headers', ALLOWED_HEADERS);
  reply.header('Access-Control-Max-Age', MAX_AGE);
}
