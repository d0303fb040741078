/** The name that a guest goes by. */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { messages as texts } from '../i18n/language.ts';
import type { ChatModel } from './chat-model.ts';

export function NicknameField({ chat, name }: { chat: ChatModel; name: string }) {
  const isOpen = useSignal(false);
  const wasOpen = useRef(false);
  if (!isOpen.value) {
    const open = (): void => {
      isOpen.value = wasOpen.current = true;
    };
    return <PresentName chat={chat} name={name} takesFocus={wasOpen.current} onRename={open} />;
  }
  // A name that the server gave is nobody's choice to go on from.
  const first = chat.nickname.peek() === '' ? '' : name;
  return <NameForm chat={chat} first={first} onClose={() => (isOpen.value = false)} />;
}

interface PresentNameProps {
  chat: ChatModel;
  name: string;
  /** Whether the button has the focus at first: it comes back to where it was. */
  takesFocus: boolean;
  onRename: () => void;
}

function PresentName({ chat, name, takesFocus, onRename }: PresentNameProps) {
  const words = texts.value.chat;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (takesFocus) button.current?.focus();
  }, []);
  const problem = chat.state.value.joinRefusal;
  return (
    <p class="chat-name hint">
      <bdi data-testid="chat-name">{words.asName(name)}</bdi>
      <button ref={button} type="button" class="link" onClick={onRename} data-testid="chat-rename">
        {words.rename}
      </button>
      {problem !== undefined && (
        <span class="hint problem" role="alert">
          {words.refusals[problem.code]}
        </span>
      )}
    </p>
  );
}

interface NameFormProps {
  chat: ChatModel;
  /** What stands in the field at first. */
  first: string;
  onClose: () => void;
}

function NameForm({ chat, first, onClose }: NameFormProps) {
  const words = texts.value.chat;
  const wanted = useSignal(first);
  const field = useRef<HTMLInputElement>(null);
  // It has been asked for.
  useLayoutEffect(() => field.current?.focus(), []);
  return (
    <form
      class="chat-name"
      onSubmit={(event) => {
        event.preventDefault();
        onClose();
        chat.rename(wanted.value.trim());
      }}
    >
      <input
        ref={field}
        class="input"
        value={wanted.value}
        maxLength={chat.state.value.limits.nameLength}
        placeholder={words.nicknameHint}
        aria-label={words.nickname}
        autocomplete="nickname"
        onInput={(event) => (wanted.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
        }}
        data-testid="chat-nickname"
      />
      <button type="submit" class="button" data-testid="chat-nickname-save">
        {words.save}
      </button>
    </form>
  );
}
