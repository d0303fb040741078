/** The messages of a chat, newest last; stays where the reader is when they look at older ones. */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from '../components/Icon.tsx';
import { messages as texts } from '../i18n/language.ts';
import type { ChatModel } from './chat-model.ts';
import { MOST_MESSAGES, type PendingRequest } from './chat-state.ts';
import { MessageItem } from './MessageItem.tsx';

/** Pixels from the end within which the reader counts as being there. */
const NEAR_END = 40;
/** Pixels from the beginning within which earlier messages are asked for. */
const NEAR_BEGINNING = 200;

export function MessageList({ chat }: { chat: ChatModel }) {
  const words = texts.value.chat;
  const { messages, pending, you, hasEarlier, askedEarlier, kept } = chat.state.value;
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
    if (!isAtEnd.peek()) return undefined;
    toEnd();
    seen.value = newest;
    return undefined;
  }, [newest, messages, pending, seen, isAtEnd]);
  useEffect(() => {
    if (isAtEnd.value && kept > MOST_MESSAGES) chat.forgetEarlier();
  }, [isAtEnd.value, kept, chat]);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      if (isAtEnd.peek()) toEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isAtEnd]);

  return (
    <div class="chat-body">
      <div
        ref={list}
        class="chat-list"
        role="log"
        // Who reads what was said before is not to be told of it, nor interrupted.
        aria-live={isAtEnd.value ? 'polite' : 'off'}
        aria-label={words.log}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.value = scrollHeight - scrollTop - clientHeight < NEAR_END;
          if (isAtEnd.value) seen.value = newest;
          else if (scrollTop < NEAR_BEGINNING) chat.askEarlier();
        }}
        data-testid="chat-list"
      >
        {messages.length > 0 && (
          <p class="chat-beginning" data-testid="chat-beginning">
            {hasEarlier ? (
              <button
                type="button"
                class="link"
                aria-disabled={askedEarlier !== undefined}
                onClick={() => chat.askEarlier()}
                data-testid="chat-earlier"
              >
                {askedEarlier === undefined ? words.earlier : words.earlierComing}
              </button>
            ) : (
              words.beginning
            )}
          </p>
        )}
        {messages.length === 0 && pending.length === 0 && <p class="chat-empty">{words.empty}</p>}
        {messages.map((message) => (
          <MessageItem key={message.id} chat={chat} message={message} you={you} />
        ))}
        {pending.map((one) => (
          <PendingItem key={one.request.clientId} chat={chat} pending={one} />
        ))}
      </div>
      {!isAtEnd.value && (
        <button type="button" class="button chat-newest" onClick={toEnd} data-testid="chat-newest">
          <Icon name="newest" />
          {fresh > 0 ? words.fresh(fresh) : words.newest}
        </button>
      )}
    </div>
  );
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

/** What has been written here and is not in the chat yet. */
function PendingItem({ chat, pending }: { chat: ChatModel; pending: PendingRequest }) {
  const words = texts.value.chat;
  const { request, refusal } = pending;
  if (refusal === undefined && request.type !== 'send') return null;
  return (
    <div class={`chat-message pending${refusal === undefined ? '' : ' refused'}`} data-testid="chat-pending">
      {request.type !== 'delete' && (
        <p class="chat-line">
          <span class="chat-text" dir="auto">
            {request.text}
          </span>
        </p>
      )}
      {refusal === undefined ? (
        <p class="chat-note">{words.sending}</p>
      ) : (
        <p class="chat-refusal" role="alert" data-code={refusal.code} data-testid="chat-refusal">
          <span>{Object.hasOwn(words.refusals, refusal.code) ? words.refusals[refusal.code] : refusal.detail}</span>
          <button type="button" class="link" onClick={() => chat.retry(pending)}>
            {words.sendAgain}
          </button>
          <button type="button" class="link" onClick={() => chat.discard(pending)}>
            {words.discard}
          </button>
        </p>
      )}
    </div>
  );
}
