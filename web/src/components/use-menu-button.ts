/** A button that opens a menu (WAI-ARIA Authoring Practices, menu button): where the focus goes and what closes it. */
import { useSignal, type Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useOutsidePress } from './use-outside-press.ts';

/** Which item the keys of a menu go to; undefined for other keys. */
const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => (index + 1) % count,
  ArrowUp: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

export interface MenuButton {
  isOpen: Signal<boolean>;
  /** Around the button and its menu. */
  root: RefObject<HTMLDivElement | null>;
  button: RefObject<HTMLButtonElement | null>;
  /** Closes the menu and gives the focus back to the button. */
  close: () => void;
  /** Of the root. */
  onKeyDown: (event: KeyboardEvent) => void;
}

/** State and keys of a menu whose items are of the role `menuitemradio`. */
export function useMenuButton(): MenuButton {
  const isOpen = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useLayoutEffect(() => {
    if (isOpen.value) root.current?.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  }, [isOpen.value]);
  useOutsidePress(root, isOpen.value, () => (isOpen.value = false));

  const close = (): void => {
    isOpen.value = false;
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen.value) return;
    const items = [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitemradio]') ?? [])];
    const focused = items.findIndex((item) => item === item.ownerDocument.activeElement);
    const next = STEPS[event.key]?.(focused, items.length);
    if (next !== undefined) items[next]?.focus();
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') isOpen.value = false;
    if (next !== undefined || event.key === 'Escape') event.preventDefault();
  };
  return { isOpen, root, button, close, onKeyDown };
}
