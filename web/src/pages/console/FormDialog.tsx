/**
 * A form in a dialog over the page. It closes when what it asks for is done, and keeps what was entered where that fails.
 * Escape closes it, and the browser gives the focus back to where it was.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Failure } from '../../api/problem.ts';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { consoleTexts } from '../../i18n/console.ts';

interface FormDialogProps {
  title: string;
  /** Of the button that does it. */
  action: string;
  isDangerous: boolean;
  /** Whether the fields hold what is needed. */
  isComplete: boolean;
  /** Does it; why it failed, if it did. */
  onSubmit: () => Promise<Failure | undefined>;
  onClose: () => void;
  children: ComponentChildren;
}

export function FormDialog({ title, action, isDangerous, isComplete, onSubmit, onClose, children }: FormDialogProps) {
  const isBusy = useSignal(false);
  const failure = useSignal<Failure | undefined>(undefined);
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => element.current?.showModal(), []);
  async function submit(): Promise<void> {
    isBusy.value = true;
    failure.value = await onSubmit();
    isBusy.value = false;
    if (failure.value === undefined) onClose();
  }
  return (
    <dialog ref={element} class="console-dialog" aria-labelledby={id} onClose={onClose} data-testid="dialog">
      <form
        class="group"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        <FailureNotice failure={failure.value} retrying={false} />
        <div class="console-buttons">
          <button type="button" class="button" onClick={() => element.current?.close()} data-testid="cancel">
            {consoleTexts.value.cancel}
          </button>
          <button
            type="submit"
            class={isDangerous ? 'button danger' : 'button primary'}
            disabled={isBusy.value || !isComplete}
            data-testid="confirm"
          >
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
