/** A text to be copied. */
import { useId, useRef } from 'preact/hooks';
import { Icon } from '../../components/Icon.tsx';
import { useCopy } from '../../components/use-copy.ts';
import { consoleTexts } from '../../i18n/console.ts';

interface CopyFieldProps {
  label: string;
  value: string;
  testId: string;
}

export function CopyField({ label, value, testId }: CopyFieldProps) {
  const texts = consoleTexts.value.tokens;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const { copied, copy } = useCopy();
  const onCopy = (): void => {
    // Where there is no clipboard, the selected field is left to the user.
    field.current?.select();
    void copy(value);
  };
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
        <button type="button" class="button" aria-label={texts.copyOf(label)} onClick={onCopy}>
          <Icon name={copied.value ? 'check' : 'copy'} />
          <span role="status">{copied.value ? texts.copied : texts.copy}</span>
        </button>
      </div>
    </div>
  );
}
