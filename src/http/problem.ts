/** Error responses: RFC 9457 problem details, and never more than what errors.ts says. */
import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';

const PROBLEM_TYPE = 'application/problem+json';

/** URI that names a kind of problem; docs/errors.md lists them. */
function problemUri(code: ErrorCode): string {
  return `urn:problem:live-webrtc:${code}`;
}

/** Answers with a refusal. */
export function sendProblem(reply: FastifyReply, error: ServiceError): FastifyReply {
  if (error.retryAfterSeconds !== undefined) {
    reply.header('Retry-After', String(Math.max(1, Math.ceil(error.retryAfterSeconds))));
  }
  if (error.code === 'unauthorized') reply.header('WWW-Authenticate', 'Bearer');
  const problem = {
    type: problemUri(error.code),
    title: error.title,
    status: error.status,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    code: error.code,
  };
  return reply
    .code(error.status)
    .headers({ 'Content-Type': PROBLEM_TYPE, 'Cache-Control': 'no-store' })
    .send(Buffer.from(JSON.stringify(problem)));
}

/** The refusal that a client meets for something thrown; undefined where it is a fault of this server. */
export function asServiceError(error: unknown): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as Error & { code?: unknown; statusCode?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ServiceError('body_too_large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new ServiceError('wrong_media_type');
  const isClientFault = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isClientFault ? new ServiceError('malformed_request', { detail: error.message }) : undefined;
}

/** A whole HTTP/1.1 response for requests that cannot even be parsed. */
export function rawProblem(status: number): string {
  const title = STATUS_CODES[status] ?? 'Bad Request';
  return rawResponse({ type: 'about:blank', title, status, code: 'malformed_request' }, '');
}

/** A whole HTTP/1.1 response for connections whose requests are not read. */
export function rawRefusal({ code, title, status, retryAfterSeconds = 1 }: ServiceError): string {
  const retry = `Retry-After: ${Math.max(1, Math.ceil(retryAfterSeconds))}\r\n`;
  return rawResponse({ type: problemUri(code), title, status, code }, `${retry}Cache-Control: no-store\r\n`);
}

function rawResponse(problem: Readonly<Record<string, unknown>> & { status: number }, headers: string): string {
  const body = JSON.stringify(problem);
  const reason = STATUS_CODES[problem.status] ?? 'Bad Request';
  return (
    `HTTP/1.1 ${problem.status} ${reason}\r\nContent-Type: ${PROBLEM_TYPE}\r\n${headers}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
