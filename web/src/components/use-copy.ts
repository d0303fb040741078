/** Copying to the clipboard, and saying for a moment that it is done. */
import { useSignal, type ReadonlySignal } from '@preact/signals';

/** Milliseconds that "copied" stays. */
const COPIED_TIME = 2_000;

export interface Copy {
  /** True for a moment after it was copied. */
  copied: ReadonlySignal<boolean>;
  /** False where the text has to be copied by hand: pages without HTTPS have no clipboard, and browsers may refuse. */
  copy: (text: string) => Promise<boolean>;
}

export function useCopy(): Copy {
  const copied = useSignal(false);
  const copy = async (text: string): Promise<boolean> => {
    try {
      if (!('clipboard' in navigator)) return false;
      await navigator.clipboard.writeText(text);
    } catch {
      return false;
    }
    copied.value = true;
    window.setTimeout(() => (copied.value = false), COPIED_TIME);
    return true;
  };
  return { copied, copy };
}
