/** What is done on this page: asked about first where it hurts, and its outcome told. */
import { signal } from '@preact/signals';
import { failureOf, type Failure } from '../../api/problem.ts';

/** A question before something is done. */
export interface Question {
  title: string;
  hint: string;
  /** Of the button that does it. */
  action: string;
  isDangerous: boolean;
  /** Whether a reason may be given. */
  asksReason: boolean;
  run: (reason: string) => Promise<void>;
}

export type Outcome = { kind: 'done'; text: string } | { kind: 'failed'; failure: Failure };

/** The question that is open. */
export const question = signal<Question | undefined>(undefined);

/** How the last deed went. */
export const outcome = signal<Outcome | undefined>(undefined);

/** Milliseconds for which "done" is in sight. */
const DONE_TIME = 4_000;
let timer: number | undefined;

/** Does something and tells that it worked; why it did not is the caller's to tell. */
export async function attempt(deed: () => Promise<unknown>, done: string): Promise<Failure | undefined> {
  window.clearTimeout(timer);
  outcome.value = undefined;
  try {
    await deed();
  } catch (error) {
    return failureOf(error);
  }
  outcome.value = { kind: 'done', text: done };
  timer = window.setTimeout(() => (outcome.value = undefined), DONE_TIME);
  return undefined;
}

/** Does something and tells how it went; true where it worked. */
export async function perform(deed: () => Promise<unknown>, done: string): Promise<boolean> {
  const failure = await attempt(deed, done);
  if (failure !== undefined) outcome.value = { kind: 'failed', failure };
  return failure === undefined;
}
