/** What lies open over a page, and closes when somebody presses elsewhere. */
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Calls back when a pointer is pressed outside an element, for as long as `isOpen`. */
export function useOutsidePress(root: RefObject<HTMLElement | null>, isOpen: boolean, onPress: () => void): void {
  useLayoutEffect(() => {
    if (!isOpen || root.current === null) return undefined;
    // The element may float in a window of its own.
    const { ownerDocument } = root.current;
    const onPointer = (event: PointerEvent): void => {
      if (!(event.target instanceof Node) || root.current?.contains(event.target) !== true) onPress();
    };
    ownerDocument.addEventListener('pointerdown', onPointer);
    return () => ownerDocument.removeEventListener('pointerdown', onPointer);
  }, [isOpen, root]);
}
