/** Room and token. */
import { useSignal, type Signal } from '@preact/signals';
import { messages } from '../i18n/language.ts';
import type { RoomProblem } from '../settings/access.ts';
import { TextField } from './fields.tsx';
import { Icon } from './Icon.tsx';

interface AccessFieldsProps {
  room: Signal<string>;
  token: Signal<string>;
  problem: Signal<RoomProblem | undefined>;
  /** While a session runs they cannot be changed. */
  disabled: boolean;
}

export function AccessFields({ room, token, problem, disabled }: AccessFieldsProps) {
  const texts = messages.value.access;
  const isShown = useSignal(false);
  return (
    <>
      <TextField
        label={texts.room}
        testId="room"
        value={room.value}
        onInput={(value) => {
          room.value = value;
          problem.value = undefined;
        }}
        placeholder={texts.roomHint}
        problem={problem.value && texts[problem.value]}
        disabled={disabled}
        maxLength={128}
      />
      <TextField
        label={texts.token}
        testId="token"
        type={isShown.value ? 'text' : 'password'}
        value={token.value}
        onInput={(value) => (token.value = value)}
        placeholder={texts.tokenHint}
        disabled={disabled}
      >
        <button
          type="button"
          class="button quiet icon-only in-field"
          aria-label={isShown.value ? texts.hideToken : texts.showToken}
          aria-pressed={isShown.value}
          onClick={() => (isShown.value = !isShown.value)}
        >
          <Icon name={isShown.value ? 'hide' : 'show'} />
        </button>
      </TextField>
    </>
  );
}
