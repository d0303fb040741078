/** A room's chat, for any page. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Danmaku } from '../../../src/chat/protocol.ts';
import { failureText } from '../components/failure-text.ts';
import { messages as texts } from '../i18n/language.ts';
import { ChatAction } from './ChatAction.tsx';
import type { ChatModel } from './chat-model.ts';
import { Composer } from './Composer.tsx';
import { MessageList } from './MessageList.tsx';
import { NicknameField } from './NicknameField.tsx';

interface ChatPanelProps {
  chat: ChatModel;
  /** Folds the panel away; missing where it stays. */
  onFold?: () => void;
  /** How a message that is sent flies over the picture. */
  danmaku?: () => Danmaku | undefined;
  /** Stands beside the button that sends. */
  children?: ComponentChildren;
}

export function ChatPanel({ chat, onFold, danmaku = () => undefined, children }: ChatPanelProps) {
  const words = texts.value.chat;
  const { you, presence, settings } = chat.state.value;
  const failure = chat.failure.value;
  const isAsking = useSignal(false);
  // What was said can be read on where nothing more can be.
  const isGoingOn = you !== undefined && chat.phase.value !== 'ended';
  if (!chat.isThere.value) return null;
  return (
    <section class="chat card" aria-label={words.title} data-testid="chat" data-phase={chat.phase.value}>
      <header class="chat-head">
        <h2>{words.title}</h2>
        {isGoingOn && (
          <span class="hint" data-testid="chat-presence">
            {words.presence(presence)}
          </span>
        )}
        <span class="spacer" />
        {you?.isModerator === true && (
          <ChatAction icon="remove" label={words.clear} testId="chat-clear" onClick={() => (isAsking.value = true)} />
        )}
        {onFold !== undefined && <ChatAction icon="fold" label={words.fold} testId="chat-fold" onClick={onFold} />}
      </header>
      {isAsking.value && <ClearQuestion chat={chat} onAnswer={() => (isAsking.value = false)} />}
      <ConnectionNote chat={chat} />
      {failure !== undefined && (
        <p class="chat-status problem" role="alert">
          {failureText(texts.value, failure)}
        </p>
      )}
      <MessageList chat={chat} />
      {settings.slowMode > 0 && <p class="chat-status">{words.slowMode(settings.slowMode)}</p>}
      {isGoingOn && (
        <>
          {you.isGuest && <NicknameField chat={chat} name={you.name} />}
          <Composer chat={chat} danmaku={danmaku}>
            {children}
          </Composer>
        </>
      )}
    </section>
  );
}

/** Asks before all messages are removed. */
function ClearQuestion({ chat, onAnswer }: { chat: ChatModel; onAnswer: () => void }) {
  const words = texts.value.chat;
  return (
    <p class="chat-question" role="alert">
      <span>{words.clearSure}</span>
      <button
        type="button"
        class="button danger"
        onClick={() => {
          onAnswer();
          chat.clear();
        }}
        data-testid="chat-clear-yes"
      >
        {words.clearYes}
      </button>
      <button type="button" class="button" onClick={onAnswer}>
        {words.cancel}
      </button>
    </p>
  );
}

/** Tells when the chat is not connected. */
function ConnectionNote({ chat }: { chat: ChatModel }) {
  const words = texts.value.chat;
  const { closure, you } = chat.state.value;
  const phase = chat.phase.value;
  const refused = chat.refused.value;
  if (phase === 'ended') {
    return (
      <p class="chat-status problem" role="alert" data-testid="chat-closed">
        {closure !== undefined && words.closures[closure]}
        {closure === undefined && (refused === undefined ? words.refusedEntry : failureText(texts.value, refused))}
      </p>
    );
  }
  if (phase === 'open' || (phase === 'connecting' && you !== undefined)) return null;
  return (
    <p class="chat-status" role="status">
      {phase === 'waiting' ? words.waiting : words.connecting}
    </p>
  );
}
