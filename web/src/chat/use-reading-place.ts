/** Where somebody reads in a list of messages: at its end, which is followed, or at older ones, which stay in sight. */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatState } from './chat-state.ts';

/** Pixels from the end within which the reader counts as being there. */
const NEAR_END = 40;

export interface ReadingPlace {
  /** Of the element that scrolls, whose messages have their ids as `data-id`. */
  list: RefObject<HTMLDivElement | null>;
  isAtEnd: boolean;
  /** Messages that have come since the reader was at the end. */
  fresh: number;
  toEnd: () => void;
  /** To be called when the list has scrolled; tells whether the reader is at the end now. */
  look: () => boolean;
}

export function useReadingPlace({ messages, pending }: Pick<ChatState, 'messages' | 'pending'>): ReadingPlace {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useSignal(true);
  /** The newest message that the reader has had in sight. */
  const seen = useSignal(0);
  const newest = messages.at(-1)?.id ?? 0;
  useSteadyPlace(list, messages[0]?.id ?? 0, isAtEnd.peek());
  const fresh = isAtEnd.value ? 0 : messages.filter(({ id }) => id > seen.value).length;

  const toEnd = (): void => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  };
  useLayoutEffect(() => {
    if (!isAtEnd.peek()) return;
    toEnd();
    seen.value = newest;
  }, [newest, messages, pending, seen, isAtEnd]);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.peek()) toEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isAtEnd]);

  const look = (): boolean => {
    if (list.current === null) return isAtEnd.peek();
    const { scrollHeight, scrollTop, clientHeight } = list.current;
    isAtEnd.value = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (isAtEnd.value) seen.value = newest;
    return isAtEnd.value;
  };
  return { list, isAtEnd: isAtEnd.value, fresh, toEnd, look };
}

/** Keeps what the reader sees where it is while messages come or go above it. */
function useSteadyPlace(list: RefObject<HTMLDivElement | null>, first: number, isAtEnd: boolean): void {
  const shown = useRef(first);
  // Of two lists the one that begins later begins with a message that is in both.
  const common = Math.max(first, shown.current);
  const kept =
    first === shown.current || isAtEnd ? null : (list.current?.querySelector(`[data-id="${common}"]`) ?? null);
  const before = kept?.getBoundingClientRect().top ?? 0;
  useLayoutEffect(() => {
    shown.current = first;
    if (kept !== null && list.current !== null) list.current.scrollTop += kept.getBoundingClientRect().top - before;
  }, [first]);
}
