/** What is wrong with an answer, if anything. */
import { ERRORS } from '../../src/errors.ts';
import type { RawResponse } from './raw-http.ts';
import { parseResponses } from './raw-http.ts';
import type { Exchange } from './raw-http.ts';
import type { HostileRequest } from './request.ts';
import { ANY_STATUS, PARSER_STATUS, UNEXPECTED_BODY_BYTES } from './routes.ts';

/** Why a 503 is in order: the limits that the run sets. */
const FULL_CODES = ['room_full', 'too_many_rooms', 'too_many_viewers'];

export interface Verdict {
  /** Undefined where all is well. */
  fault: string | undefined;
  /** What was answered first; undefined where nothing was. */
  response: RawResponse | undefined;
}

/** Judges what came back for a request. */
export function judge(request: HostileRequest, { received, timedOut, isEndless }: Exchange): Verdict {
  const fails = (fault: string, response?: RawResponse): Verdict => ({ fault, response });
  if (request.delivery === 'aborted') return { fault: undefined, response: undefined };
  if (timedOut) return fails('no answer, and the connection stays open');
  if (isEndless) return judgeStream(request);
  const responses = parseResponses(received, [request.method]);
  if (responses === undefined) return fails(`the answer is no HTTP: ${received.subarray(0, 200).toString('latin1')}`);
  const [response] = responses;
  const mayStaySilent = request.isBroken || request.delivery === 'cut short';
  if (response === undefined) {
    return mayStaySilent ? { fault: undefined, response } : fails('the connection ended without an answer');
  }
  // What follows a body whose length was wrong is read as a second request.
  const isOneAnswer = responses.length === 1 || request.isBroken;
  if (!isOneAnswer) return fails(`${responses.length} answers to one request`);
  for (const each of responses) {
    const fault = faultOf(request, each);
    if (fault !== undefined) return fails(fault, each);
  }
  return { fault: undefined, response };
}

/** Of a stream of events, whose answer does not end, only the status is looked at. */
function judgeStream(request: HostileRequest): Verdict {
  const mayBe = request.method === 'GET' && statusesOf(request).includes(200);
  const fault = mayBe || request.isBroken ? undefined : `a stream of events for a ${request.method} that gets none`;
  return { fault, response: { status: 200, headers: new Map(), body: Buffer.alloc(0) } };
}

function faultOf(request: HostileRequest, response: RawResponse): string | undefined {
  const { status, headers, body } = response;
  const allowed = statusesOf(request);
  if (!allowed.includes(status)) {
    return `${status} is not among ${allowed.join(', ')}: ${body.subarray(0, 300).toString()}`;
  }
  if (status >= 400) return faultOfRefusal(request, response);
  if (status === 201) {
    const isStream = headers.get('location')?.includes('/sse/') === true;
    if (isStream) return body.length === 0 ? undefined : 'an event stream is made and has a body';
    const isWhole = headers.has('location') && headers.has('etag') && body.subarray(0, 5).toString() === 'v=0\r\n';
    return isWhole ? undefined : 'a 201 without Location, ETag or answer';
  }
  return undefined;
}

function statusesOf(request: HostileRequest): readonly number[] {
  const { route, method, isExact, isBroken, delivery, bodyBytes } = request;
  if (isBroken || delivery === 'cut short') return [...ANY_STATUS, ...PARSER_STATUS];
  if (!isExact) return [...ANY_STATUS, 431];
  const statuses = route.statuses[method] ?? route.otherwise;
  return bodyBytes > UNEXPECTED_BODY_BYTES ? [...statuses, 413] : statuses;
}

function faultOfRefusal(request: HostileRequest, { status, headers, body }: RawResponse): string | undefined {
  // Node refuses an Expect that it does not know by itself, before any route, and without a body.
  if (status === 417 && body.length === 0) return undefined;
  if (headers.get('content-type') !== 'application/problem+json') {
    return `a ${status} of the type ${headers.get('content-type') ?? '(none)'}: ${body.subarray(0, 300).toString()}`;
  }
  if (status === 405 && !headers.has('allow')) return 'a 405 without Allow';
  if (status === 415 && !headers.has('accept')) return 'a 415 without Accept';
  if (status === 401 && !headers.has('www-authenticate')) return 'a 401 without WWW-Authenticate';
  if ([409, 429, 503].includes(status) && !headers.has('retry-after')) return `a ${status} without Retry-After`;
  if (request.method === 'HEAD') return undefined;
  return faultOfProblem(status, body);
}

function faultOfProblem(status: number, body: Buffer): string | undefined {
  const text = body.toString();
  if (/node_modules|\.[jt]s:\d|\n {4}at /.test(text)) return `a problem that tells of the inside: ${text}`;
  let problem: Record<string, unknown>;
  try {
    problem = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return `a problem that is no JSON: ${text}`;
  }
  if (problem.status !== status || typeof problem.title !== 'string' || typeof problem.type !== 'string') {
    return `a ${status} whose problem says otherwise: ${text}`;
  }
  const code = String(problem.code);
  if (!(code in ERRORS)) return `a problem with an unknown code: ${text}`;
  if (status === 503 && !FULL_CODES.includes(code)) return `a 503 for no documented reason: ${text}`;
  return undefined;
}
