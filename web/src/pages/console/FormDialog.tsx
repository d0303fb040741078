/** A form in a dialog over the page. Escape closes it, and the browser gives the focus back to where it was. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { consoleTexts } from '../../i18n/console.ts';

interface FormDialogProps {
  title: string;
  /** Of the button that does it. */
  action: string;
  isDangerous: boolean;
  isBusy: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ComponentChildren;
}

export function FormDialog({ title, action, isDangerous, isBusy, onSubmit, onClose, children }: FormDialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => element.current?.showModal(), []);
  return (
    <dialog ref={element} class="console-dialog" aria-labelledby={id} onClose={onClose} data-testid="dialog">
      <form
        class="group"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        <div class="console-buttons">
          <button type="button" class="button" onClick={() => element.current?.close()} data-testid="cancel">
            {consoleTexts.value.cancel}
          </button>
          <button
            type="submit"
            class={isDangerous ? 'button danger' : 'button primary'}
            disabled={isBusy}
            data-testid="confirm"
          >
            {action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
