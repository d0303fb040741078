/** A text to be copied. */
import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { Icon } from '../../components/Icon.tsx';
import { consoleTexts } from '../../i18n/console.ts';

/** Milliseconds that "copied" stays. */
const COPIED_TIME = 2_000;

interface CopyFieldProps {
  label: string;
  value: string;
  testId: string;
}

export function CopyField({ label, value, testId }: CopyFieldProps) {
  const texts = consoleTexts.value.tokens;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const isCopied = useSignal(false);
  async function copy(): Promise<void> {
    // Pages without HTTPS have no clipboard: there the selected field is left to the user.
    field.current?.select();
    if (!('clipboard' in navigator)) return;
    await navigator.clipboard.writeText(value);
    isCopied.value = true;
    window.setTimeout(() => (isCopied.value = false), COPIED_TIME);
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="share-row">
        <input
          ref={field}
          id={id}
          class="input"
          readonly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          data-testid={testId}
        />
        <button
          type="button"
          class="button"
          aria-label={texts.copyOf(label)}
          onClick={() => void copy().catch(() => undefined)}
        >
          <Icon name={isCopied.value ? 'check' : 'copy'} />
          <span role="status">{isCopied.value ? texts.copied : texts.copy}</span>
        </button>
      </div>
    </div>
  );
}
