/** The messages of a chat, newest last; stays where the reader is when they look at older ones. */
import { useEffect } from 'preact/hooks';
import { Icon } from '../components/Icon.tsx';
import { messages as texts } from '../i18n/language.ts';
import type { ChatModel } from './chat-model.ts';
import { MOST_MESSAGES } from './chat-state.ts';
import { MessageItem } from './MessageItem.tsx';
import { PendingItem } from './PendingItem.tsx';
import { useReadingPlace } from './use-reading-place.ts';

/** Pixels from the beginning within which earlier messages are asked for. */
const NEAR_BEGINNING = 200;

export function MessageList({ chat }: { chat: ChatModel }) {
  const words = texts.value.chat;
  const { messages, pending, you, kept } = chat.state.value;
  const isOver = chat.phase.value === 'ended';
  const { list, isAtEnd, fresh, toEnd, look } = useReadingPlace({ messages, pending });
  useEffect(() => {
    if (isAtEnd && kept > MOST_MESSAGES) chat.forgetEarlier();
  }, [isAtEnd, kept, chat]);

  return (
    <div class="chat-body">
      <div
        ref={list}
        class="chat-list"
        role="log"
        // Who reads what was said before is not to be told of it, nor interrupted.
        aria-live={isAtEnd ? 'polite' : 'off'}
        aria-label={words.log}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop } }) => {
          if (!look() && scrollTop < NEAR_BEGINNING) chat.askEarlier();
        }}
        data-testid="chat-list"
      >
        {messages.length > 0 && <Beginning chat={chat} />}
        {messages.length === 0 && pending.length === 0 && <p class="chat-empty">{words.empty}</p>}
        {messages.map((message) => (
          <MessageItem key={message.id} chat={isOver ? undefined : chat} message={message} you={you} />
        ))}
        {pending.map((one) => (
          <PendingItem key={one.request.clientId} chat={chat} pending={one} />
        ))}
      </div>
      {!isAtEnd && (
        <button type="button" class="button chat-newest" onClick={toEnd} data-testid="chat-newest">
          <Icon name="newest" />
          {fresh > 0 ? words.fresh(fresh) : words.newest}
        </button>
      )}
    </div>
  );
}

/** What stands before the first message: a way to earlier ones, or that there are none. */
function Beginning({ chat }: { chat: ChatModel }) {
  const words = texts.value.chat;
  const { hasEarlier, askedEarlier } = chat.state.value;
  return (
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
  );
}
