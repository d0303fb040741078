/** Tells why a session stopped or is being tried again. */
import type { Failure } from '../api/problem.ts';
import { messages } from '../i18n/language.ts';
import { failureText } from './failure-text.ts';
import { Notice } from './Notice.tsx';

interface FailureNoticeProps {
  failure: Failure | undefined;
  /** The session is tried again by itself. */
  retrying: boolean;
}

export function FailureNotice({ failure, retrying }: FailureNoticeProps) {
  const texts = messages.value;
  if (failure === undefined) return null;
  return (
    <Notice kind={retrying ? 'passing' : 'problem'} testId="failure">
      <span data-code={failure.code ?? failure.kind}>{failureText(texts, failure)}</span>
      {retrying && <span> {texts.failure.retrying}</span>}
    </Notice>
  );
}
