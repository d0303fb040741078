/** Where a message is written. */
import type { ComponentChildren } from 'preact';
import type { Danmaku } from '../../../src/chat/protocol.ts';
import { Icon } from '../components/Icon.tsx';
import { language, messages as texts } from '../i18n/language.ts';
import type { ChatModel } from './chat-model.ts';
import { type Draft, useDraft } from './use-draft.ts';

/** Characters that may be left before it is said how many. */
const FEW_LEFT = 50;

interface ComposerProps {
  chat: ChatModel;
  /** How the message flies; undefined where it does not. */
  danmaku: () => Danmaku | undefined;
  /** Stands beside the button. */
  children?: ComponentChildren;
}

export function Composer({ chat, danmaku, children }: ComposerProps) {
  // What was written is there again once it may be said.
  const draft = useDraft(chat, danmaku);
  const obstacle = obstacleOf(chat);
  if (obstacle !== undefined) return <Obstacle text={obstacle} reason={chat.state.value.muted?.reason ?? ''} />;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        draft.send();
      }}
    >
      <DraftKind draft={draft} />
      <DraftField draft={draft} />
      <div class="composer-foot">
        {children}
        <span class="spacer" />
        <LengthNote left={draft.left} />
        <SendButton draft={draft} />
      </div>
    </form>
  );
}

/** Says to which message it is an answer, or that it changes one. */
function DraftKind({ draft: { editing, replyTo, cancel } }: { draft: Draft }) {
  const words = texts.value.chat;
  if ((editing ?? replyTo) === undefined) return null;
  return (
    <p class="composer-about">
      <Icon name={editing === undefined ? 'reply' : 'edit'} />
      <bdi>{editing === undefined ? words.replyTo(replyTo?.author.name ?? '') : words.editing}</bdi>
      <button type="button" class="chat-action" aria-label={words.cancel} onClick={cancel}>
        <Icon name="close" />
      </button>
    </p>
  );
}

function DraftField({ draft: { text, write, field, left, send, cancel } }: { draft: Draft }) {
  const words = texts.value.chat;
  return (
    <textarea
      ref={field}
      class="input composer-text"
      rows={1}
      dir="auto"
      value={text}
      placeholder={words.write}
      aria-label={words.message}
      aria-invalid={left < 0}
      enterkeyhint="send"
      onInput={(event) => write(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') cancel();
        // With an input method, Enter takes what it proposes.
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        send();
      }}
      data-testid="chat-input"
    />
  );
}

function LengthNote({ left }: { left: number }) {
  const words = texts.value.chat;
  if (left >= FEW_LEFT) return null;
  return (
    <span class={left < 0 ? 'hint problem' : 'hint'} role="status">
      {left < 0 ? words.tooLong(-left) : words.left(left)}
    </span>
  );
}

function SendButton({ draft: { editing, wait, maySend } }: { draft: Draft }) {
  const words = texts.value.chat;
  return (
    <button type="submit" class="button primary composer-send" disabled={!maySend} data-testid="chat-send">
      {wait > 0 ? (
        <span data-testid="chat-wait">{words.wait(wait)}</span>
      ) : (
        <span>{editing === undefined ? words.send : words.save}</span>
      )}
    </button>
  );
}

function Obstacle({ text, reason }: { text: string; reason: string }) {
  return (
    <p class="chat-obstacle" role="status" data-testid="chat-obstacle">
      {text}
      {reason !== '' && <bdi> {reason}</bdi>}
    </p>
  );
}

/** Why nothing can be written at all. */
function obstacleOf(chat: ChatModel): string | undefined {
  const words = texts.value.chat;
  const { you, settings, muted } = chat.state.value;
  if (muted !== undefined) {
    if (muted.until === undefined) return words.refusals.muted;
    const time = new Intl.DateTimeFormat(language.value, { dateStyle: 'short', timeStyle: 'short' });
    return words.mutedUntil(time.format(muted.until));
  }
  return you?.isGuest === true && !settings.guestsMayWrite ? words.refusals.guests_may_not_write : undefined;
}
