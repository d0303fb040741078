/** The token, hidden until it is asked for. */
import { useSignal, type Signal } from '@preact/signals';
import { messages } from '../i18n/language.ts';
import { TextField } from './fields.tsx';
import { Icon } from './Icon.tsx';

interface TokenFieldProps {
  token: Signal<string>;
  label?: string | undefined;
  problem?: string | undefined;
  /** Stands in the empty field. */
  placeholder?: string;
  disabled: boolean;
}

export function TokenField({ token, label, problem, placeholder, disabled }: TokenFieldProps) {
  const texts = messages.value.access;
  const isShown = useSignal(false);
  return (
    <TextField
      label={label ?? texts.token}
      testId="token"
      type={isShown.value ? 'text' : 'password'}
      value={token.value}
      onInput={(value) => (token.value = value)}
      placeholder={placeholder ?? texts.tokenHint}
      problem={problem}
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
  );
}
