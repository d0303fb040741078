/** Something that the server tells, asked for again and again while it is in sight. */
import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { failureOf, type Failure } from '../../api/problem.ts';
import { account } from './account-model.ts';

export interface Remote<T> {
  /** The last answer; undefined before the first. */
  value: ReadonlySignal<T | undefined>;
  /** Why the last call failed; undefined where it did not. */
  failure: ReadonlySignal<Failure | undefined>;
  /** Asks now. */
  refresh: () => void;
}

/**
 * Asks each `interval` milliseconds (0: once) while the page is visible, and anew as soon as `key` changes.
 * `load` gets the answer before.
 */
export function useRemote<T>(
  load: (signal: AbortSignal, before: T | undefined) => Promise<T>,
  key: string,
  interval: number,
): Remote<T> {
  const value = useSignal<T | undefined>(undefined);
  const failure = useSignal<Failure | undefined>(undefined);
  const ask = useRef<() => void>(() => undefined);
  const loader = useRef(load);
  loader.current = load;

  useEffect(() => {
    const end = new AbortController();
    let timer: number | undefined;
    let isAsking = false;
    value.value = undefined;
    failure.value = undefined;
    const next = (): void => {
      window.clearTimeout(timer);
      if (interval > 0 && !end.signal.aborted) timer = window.setTimeout(() => void look(), interval);
    };
    const look = async (): Promise<void> => {
      if (isAsking || document.visibilityState !== 'visible') return;
      isAsking = true;
      try {
        const answer = await loader.current(end.signal, value.value);
        if (end.signal.aborted) return;
        value.value = answer;
        failure.value = undefined;
      } catch (error) {
        if (end.signal.aborted) return;
        failure.value = failureOf(error);
        if (failure.value.status === 401) void account.noteRefusal();
      } finally {
        isAsking = false;
        next();
      }
    };
    const onVisible = (): void => void look();
    document.addEventListener('visibilitychange', onVisible);
    ask.current = () => void look();
    void look();
    return () => {
      end.abort();
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [key, interval]);

  return { value, failure, refresh: () => ask.current() };
}
