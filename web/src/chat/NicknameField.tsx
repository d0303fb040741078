/** The name that a guest goes by. */
import { useSignal } from '@preact/signals';
import { messages as texts } from '../i18n/language.ts';
import type { ChatModel } from './chat-model.ts';

export function NicknameField({ chat, name }: { chat: ChatModel; name: string }) {
  const words = texts.value.chat;
  const isOpen = useSignal(false);
  const wanted = useSignal('');
  const problem = chat.state.value.joinRefusal;
  if (!isOpen.value) {
    return (
      <p class="chat-name hint">
        <bdi data-testid="chat-name">{words.asName(name)}</bdi>
        <button
          type="button"
          class="link"
          onClick={() => {
            wanted.value = chat.nickname.value === '' ? '' : name;
            isOpen.value = true;
          }}
          data-testid="chat-rename"
        >
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
  return (
    <form
      class="chat-name"
      onSubmit={(event) => {
        event.preventDefault();
        isOpen.value = false;
        chat.rename(wanted.value.trim());
      }}
    >
      <input
        class="input"
        value={wanted.value}
        maxLength={chat.state.value.limits.nameLength}
        placeholder={words.nicknameHint}
        aria-label={words.nickname}
        autocomplete="nickname"
        // The field has been asked for.
        ref={(element) => element?.focus()}
        onInput={(event) => (wanted.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') isOpen.value = false;
        }}
        data-testid="chat-nickname"
      />
      <button type="submit" class="button" data-testid="chat-nickname-save">
        {words.save}
      </button>
    </form>
  );
}
