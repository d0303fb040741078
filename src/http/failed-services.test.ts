import { expect, it } from 'vitest';
import { ServiceError } from '../errors.ts';
import { logFailedServices } from './failed-services.ts';

function makeLog(): { lines: unknown[]; warn: (fields: object) => void } {
  const lines: unknown[] = [];
  return { lines, warn: (fields) => void lines.push(fields) };
}

it('tells the whole chain of causes', () => {
  const log = makeLog();
  const cause = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9') });
  logFailedServices(log)(new ServiceError('login_unavailable', { cause }), 0);
  expect(log.lines).toEqual([{ code: 'login_unavailable', reason: 'fetch failed: connect ECONNREFUSED 127.0.0.1:9' }]);
});

it('says nothing of refusals without a cause', () => {
  const log = makeLog();
  logFailedServices(log)(new ServiceError('forbidden'), 0);
  expect(log.lines).toEqual([]);
});

it('tells each kind once in ten seconds', () => {
  const log = makeLog();
  const report = logFailedServices(log);
  const failure = (code: 'login_unavailable' | 'key_set_unavailable'): ServiceError =>
    new ServiceError(code, { cause: new Error('down') });
  report(failure('login_unavailable'), 0);
  report(failure('login_unavailable'), 9999);
  report(failure('key_set_unavailable'), 9999);
  report(failure('login_unavailable'), 10_000);
  expect(log.lines).toMatchObject(
    ['login_unavailable', 'key_set_unavailable', 'login_unavailable'].map((code) => ({ code })),
  );
});
