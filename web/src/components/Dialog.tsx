/** A window of the page over all else, with its name and a button that closes it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { messages } from '../i18n/language.ts';
import { Icon } from './Icon.tsx';

interface DialogProps {
  class: string;
  title: string;
  testId: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** Is open for as long as it is there. */
export function Dialog({ class: name, title, testId, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={name}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      data-testid={testId}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="chat-action" aria-label={messages.value.watch.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
