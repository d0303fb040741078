import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallError, failureOf, parseProblem, parseRetryAfter } from './problem.ts';

describe('parseProblem', () => {
  it('takes code, detail and Retry-After', () => {
    const body = JSON.stringify({ type: 'urn:x:y', code: 'room_full', title: 'Later.', detail: '3 of 3' });
    expect(parseProblem(503, body, '7', 0)).toEqual({
      kind: 'refused',
      status: 503,
      code: 'room_full',
      detail: '3 of 3',
      retryAfterSeconds: 7,
    });
  });

  it('finds the code in the type where it is not told apart', () => {
    expect(parseProblem(409, '{"type":"urn:problem:live-webrtc:room_taken","title":"T"}', null, 0)).toMatchObject({
      code: 'room_taken',
      detail: 'T',
    });
    expect(parseProblem(500, '{"type":"about:blank"}', null, 0).code).toBeUndefined();
  });

  it('takes the page of a proxy for a refusal without a code', () => {
    fc.assert(
      fc.property(fc.string(), (body) => {
        expect(parseProblem(502, body, null, 0)).toMatchObject({ kind: 'refused', status: 502 });
      }),
    );
  });
});

describe('parseRetryAfter', () => {
  it('reads seconds and dates', () => {
    const now = Date.UTC(2030, 0, 1);
    expect(parseRetryAfter('120', now)).toBe(120);
    expect(parseRetryAfter('Tue, 01 Jan 2030 00:00:05 GMT', now)).toBe(5);
    expect(parseRetryAfter('Mon, 31 Dec 2029 00:00:00 GMT', now)).toBe(0);
    expect(parseRetryAfter('soon', now)).toBeUndefined();
    expect(parseRetryAfter(null, now)).toBeUndefined();
  });
});

describe('failureOf', () => {
  it('unpacks a call error and takes anything else for an unreachable server', () => {
    expect(failureOf(new CallError({ kind: 'replaced' }))).toEqual({ kind: 'replaced' });
    expect(failureOf(new TypeError('x'))).toEqual({ kind: 'unreachable', detail: 'x' });
    expect(failureOf(undefined)).toMatchObject({ kind: 'unreachable' });
  });
});
