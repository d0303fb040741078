/** One message of a chat. */
import type { ComponentChildren } from 'preact';
import type { ChatMessage, ChatSelf } from '../../../src/chat/protocol.ts';
import { Icon } from '../components/Icon.tsx';
import { language, messages as texts } from '../i18n/language.ts';
import { ChatAction } from './ChatAction.tsx';
import type { ChatModel } from './chat-model.ts';
import { type MessagePart, messageParts } from './message-parts.ts';

/** Seconds of a mute that is made with one click. */
const MUTE_TIME = 600;

interface MessageItemProps {
  /** Undefined where nothing can be done with it. */
  chat: ChatModel | undefined;
  message: ChatMessage;
  you: ChatSelf | undefined;
}

export function MessageItem({ chat, message, you }: MessageItemProps) {
  const { author, text, mentions, replyTo, danmaku, isDeleted } = message;
  const words = texts.value.chat;
  const isMentioned = you !== undefined && mentions?.some((mention) => mention.author === you.id) === true;
  return (
    <div
      class={`chat-message${isMentioned ? ' for-you' : ''}${author.id === you?.id ? ' own' : ''}`}
      tabIndex={-1}
      data-testid="chat-message"
      data-id={message.id}
    >
      {replyTo !== undefined && (
        <p class="chat-quote">
          <Icon name="reply" />
          <bdi class="chat-quote-name">{replyTo.name}</bdi>
          <bdi class="chat-quote-text">{replyTo.text === '' ? words.deleted : replyTo.text}</bdi>
        </p>
      )}
      <p class="chat-line">
        <time class="chat-time" dateTime={new Date(message.time).toISOString()}>
          {clock(message.time)}
        </time>
        <AuthorName
          name={author.name}
          hue={hueOf(author.id)}
          role={author.role === 'viewer' ? '' : words.roles[author.role]}
        />
        {isDeleted ? (
          <span class="chat-deleted">{words.deleted}</span>
        ) : (
          <span class="chat-text" dir="auto" data-testid="chat-text">
            <Parts parts={messageParts(text, mentions)} you={you?.id} />
          </span>
        )}
        {message.editedAt !== undefined && !isDeleted && <span class="chat-note">({words.edited})</span>}
        {danmaku !== undefined && <span class="chat-swatch" style={{ background: danmaku.color }} aria-hidden="true" />}
      </p>
      {!isDeleted && chat !== undefined && you !== undefined && <Actions chat={chat} message={message} you={you} />}
    </div>
  );
}

function AuthorName({ name, hue, role }: { name: string; hue: number; role: string }) {
  return (
    <>
      <bdi class="chat-author" data-hue={hue}>
        {name}
      </bdi>
      {role !== '' && <span class="chat-role">{role}</span>}
      <span class="visually-hidden">: </span>
    </>
  );
}

/** A text as text nodes, links and marked names. */
function Parts({ parts, you }: { parts: readonly MessagePart[]; you: string | undefined }) {
  return (
    <>
      {parts.map((part): ComponentChildren => {
        if (part.kind === 'text') return part.text;
        if (part.kind === 'mention') return <mark class={part.author === you ? 'you' : ''}>{part.text}</mark>;
        return (
          <a href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        );
      })}
    </>
  );
}

function Actions({ chat, message, you }: { chat: ChatModel; message: ChatMessage; you: ChatSelf }) {
  const words = texts.value.chat;
  const isOwn = message.author.id === you.id;
  return (
    <div class="chat-actions">
      <ChatAction
        icon="reply"
        label={words.replyTo(message.author.name)}
        testId="chat-reply"
        onClick={() => answer()}
      />
      {isOwn && (
        <ChatAction icon="edit" label={words.edit} testId="chat-edit" onClick={() => (chat.editing.value = message)} />
      )}
      {(isOwn || you.isModerator) && (
        <ChatAction icon="remove" label={words.remove} testId="chat-delete" onClick={() => chat.remove(message)} />
      )}
      {!isOwn && you.isModerator && (
        <ChatAction
          icon="muteAuthor"
          label={words.mute(message.author.name)}
          testId="chat-mute"
          onClick={() => chat.mute(message, MUTE_TIME)}
        />
      )}
    </div>
  );

  function answer(): void {
    chat.editing.value = undefined;
    chat.replyTo.value = message;
  }
}

function clock(time: number): string {
  return new Intl.DateTimeFormat(language.value, { hour: '2-digit', minute: '2-digit', hour12: false }).format(time);
}

/** One of eight colours, the same for somebody on every page. */
function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % 8;
}
