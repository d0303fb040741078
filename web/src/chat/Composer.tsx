/** Where a message is written. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Danmaku } from '../../../src/chat/protocol.ts';
import { Icon } from '../components/Icon.tsx';
import { language, messages as texts } from '../i18n/language.ts';
import type { ChatModel } from './chat-model.ts';

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
  const words = texts.value.chat;
  const { limits, waitUntil, muted } = chat.state.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const text = useSignal('');
  const wait = useCountdown(waitUntil);
  const editing = chat.editing.value;
  const replyTo = chat.replyTo.value;
  const obstacle = useObstacle(chat);

  useEffect(() => {
    if (editing !== undefined) text.value = editing.text;
  }, [editing, text]);
  useEffect(() => {
    if (editing !== undefined || replyTo !== undefined) field.current?.focus();
  }, [editing, replyTo]);

  const left = limits.textLength - Array.from(text.value.trim()).length;
  const maySend = text.value.trim() !== '' && left >= 0 && (wait === 0 || editing !== undefined);
  const send = (): void => {
    if (!maySend) return;
    chat.say(text.value.trim(), danmaku());
    text.value = '';
    field.current?.focus();
  };
  const cancel = (): void => {
    if (chat.editing.value !== undefined) text.value = '';
    chat.editing.value = undefined;
    chat.replyTo.value = undefined;
  };
  if (obstacle !== undefined) {
    return (
      <p class="chat-obstacle" role="status" data-testid="chat-obstacle">
        {obstacle}
        {muted !== undefined && muted.reason !== '' && <bdi> {muted.reason}</bdi>}
      </p>
    );
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {(editing ?? replyTo) !== undefined && (
        <p class="composer-about">
          <Icon name={editing === undefined ? 'reply' : 'edit'} />
          <bdi>{editing === undefined ? words.replyTo(replyTo?.author.name ?? '') : words.editing}</bdi>
          <button type="button" class="chat-action" aria-label={words.cancel} onClick={cancel}>
            <Icon name="close" />
          </button>
        </p>
      )}
      <textarea
        ref={field}
        class="input composer-text"
        rows={1}
        dir="auto"
        value={text.value}
        placeholder={words.write}
        aria-label={words.message}
        aria-invalid={left < 0}
        enterkeyhint="send"
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') cancel();
          // With an input method, Enter takes what it proposes.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
        data-testid="chat-input"
      />
      <div class="composer-foot">
        {children}
        <span class="spacer" />
        {left < FEW_LEFT && (
          <span class={left < 0 ? 'hint problem' : 'hint'} role="status">
            {left < 0 ? words.tooLong(-left) : words.left(left)}
          </span>
        )}
        <button type="submit" class="button primary composer-send" disabled={!maySend} data-testid="chat-send">
          {wait > 0 && editing === undefined ? (
            <span data-testid="chat-wait">{words.wait(wait)}</span>
          ) : (
            <span>{editing === undefined ? words.send : words.save}</span>
          )}
        </button>
      </div>
    </form>
  );
}

/** Why nothing can be written at all. */
function useObstacle(chat: ChatModel): string | undefined {
  const words = texts.value.chat;
  const { you, settings, muted } = chat.state.value;
  if (muted !== undefined) {
    if (muted.until === undefined) return words.refusals.muted;
    const time = new Intl.DateTimeFormat(language.value, { dateStyle: 'short', timeStyle: 'short' });
    return words.mutedUntil(time.format(muted.until));
  }
  return you?.isGuest === true && !settings.guestsMayWrite ? words.refusals.guests_may_not_write : undefined;
}

/** Whole seconds until a time (milliseconds since the epoch), counted down. */
function useCountdown(until: number): number {
  const now = useSignal(Date.now());
  useEffect(() => {
    now.value = Date.now();
    if (until <= Date.now()) return undefined;
    const timer = window.setInterval(() => {
      now.value = Date.now();
      if (now.value >= until) window.clearInterval(timer);
    }, 250);
    return () => window.clearInterval(timer);
  }, [until, now]);
  return Math.max(0, Math.ceil((until - now.value) / 1000));
}
