/** A failure in the words of the page's language. */
import type { Failure } from '../api/problem.ts';
import type { Messages } from '../i18n/en.ts';

/** One or two sentences that say what happened and what to do. */
export function failureText(texts: Messages, failure: Failure): string {
  if (failure.kind !== 'refused') return texts.failure[failure.kind];
  const known = failure.code !== undefined && Object.hasOwn(texts.errors, failure.code);
  if (known && failure.code !== undefined) return texts.errors[failure.code];
  if (failure.status === 401) return texts.errors.unauthorized;
  if (failure.status === 403) return texts.errors.forbidden;
  return [texts.failure.refused(failure.status), failure.detail].filter(Boolean).join(' ');
}
