/** The message that is being written: new, an answer, or a change of an old one. */
import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatMessage, Danmaku } from '../../../src/chat/protocol.ts';
import type { ChatModel } from './chat-model.ts';

export interface Draft {
  text: string;
  write: (text: string) => void;
  /** Of the field that it is written in, which has the focus once it is to be written. */
  field: RefObject<HTMLTextAreaElement | null>;
  editing: ChatMessage | undefined;
  replyTo: ChatMessage | undefined;
  /** Characters that it may still be longer; less than 0 where it is too long. */
  left: number;
  /** Seconds until it may be said. */
  wait: number;
  maySend: boolean;
  /** Says it, if it may be. */
  send: () => void;
  /** Gives up the answer or the change. */
  cancel: () => void;
}

/** `danmaku`: how the message flies; undefined where it does not. */
export function useDraft(chat: ChatModel, danmaku: () => Danmaku | undefined): Draft {
  const { limits, waitUntil } = chat.state.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const text = useSignal('');
  const countdown = useCountdown(waitUntil);
  const editing = chat.editing.value;
  const replyTo = chat.replyTo.value;

  useEffect(() => {
    if (editing !== undefined) text.value = editing.text;
  }, [editing, text]);
  useEffect(() => {
    if (editing !== undefined || replyTo !== undefined) field.current?.focus();
  }, [editing, replyTo]);

  const left = limits.textLength - Array.from(text.value.trim()).length;
  // A change is not held up.
  const wait = editing === undefined ? countdown : 0;
  const maySend = text.value.trim() !== '' && left >= 0 && wait === 0;
  return {
    text: text.value,
    write: (written) => (text.value = written),
    field,
    editing,
    replyTo,
    left,
    wait,
    maySend,
    send() {
      if (!maySend) return;
      chat.say(text.value.trim(), danmaku());
      text.value = '';
      field.current?.focus();
    },
    cancel() {
      if (chat.editing.value !== undefined) text.value = '';
      chat.editing.value = undefined;
      chat.replyTo.value = undefined;
    },
  };
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
