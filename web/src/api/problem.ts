/** Why a call failed, in a form that the reconnect logic and the pages understand. */
import type { ErrorCode } from '../../../src/errors.ts';

export interface Failure {
  /**
   * refused: the server answered with an error; unreachable: no answer came; blocked: signalling worked but no media
   * path opened; replaced: another broadcaster holds the room.
   */
  kind: 'refused' | 'unreachable' | 'blocked' | 'replaced';
  /** HTTP status of a refusal. */
  status?: number | undefined;
  /** The server's stable error code (src/errors.ts), where it told one. */
  code?: ErrorCode | undefined;
  /** The server's own sentence, in English. */
  detail?: string | undefined;
  /** Seconds that the server asked to wait. */
  retryAfterSeconds?: number | undefined;
}

/** A call to the server that did not work out. */
export class CallError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail ?? failure.code ?? failure.kind);
    this.name = 'CallError';
    this.failure = failure;
  }
}

/** The failure inside anything that was thrown; what is not a {@link CallError} counts as unreachable. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallError) return error.failure;
  return { kind: 'unreachable', detail: error instanceof Error ? error.message : undefined };
}

/** Whether another token would help: not against a ban. */
export function isAboutToken({ kind, status, code }: Failure): boolean {
  return kind === 'refused' && code !== 'banned' && (status === 401 || status === 403);
}

/** Reads an application/problem+json body (RFC 9457); anything else leaves the code and detail out. */
export function parseProblem(status: number, body: string, retryAfter: string | null, now: number): Failure {
  const failure: Failure = { kind: 'refused', status, retryAfterSeconds: parseRetryAfter(retryAfter, now) };
  const problem = parseObject(body);
  if (problem === undefined) return failure;
  const code = typeof problem['code'] === 'string' ? problem['code'] : lastSegment(problem['type']);
  failure.code = code as ErrorCode | undefined;
  const text = [problem['detail'], problem['title']].find((value) => typeof value === 'string' && value !== '');
  failure.detail = typeof text === 'string' ? text : undefined;
  return failure;
}

/** Retry-After as seconds from `now` (milliseconds since the epoch): delta-seconds or an HTTP date (RFC 9110 10.2.3). */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The error code at the end of a problem type such as 'urn:x:room_full' or 'https://x/errors/room_full'. */
function lastSegment(type: unknown): string | undefined {
  if (typeof type !== 'string' || type === 'about:blank') return undefined;
  return /([a-z_]+)$/.exec(type)?.[1];
}
