/** Tells when the pointer has been still, so that the controls can step aside. */
import { useComputed, useSignal, type ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Milliseconds without a movement. */
const REST_TIME = 2_500;
/** Who goes through the controls by keyboard, or has a menu open, still needs them. */
const IN_USE = '.control-bar :focus-visible, .control-bar [aria-expanded=true]';

/**
 * True while the element's controls should be out of sight: nothing has moved over it for a while, and `mayRest`. The tap
 * that brings them back does not press the control that it happens to hit.
 */
export function useRestfulPointer(
  element: RefObject<HTMLElement | null>,
  mayRest: ReadonlySignal<boolean>,
): ReadonlySignal<boolean> {
  const isStill = useSignal(false);
  const isResting = useComputed(() => isStill.value && mayRest.value);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    let timer: number | undefined;
    const stir = (): void => {
      isStill.value = false;
      window.clearTimeout(timer);
      timer = window.setTimeout(rest, REST_TIME);
    };
    const rest = (): void => {
      if (target.querySelector(IN_USE) !== null) stir();
      else isStill.value = true;
    };
    const events = ['pointermove', 'focusin', 'keydown'] as const;
    for (const name of events) target.addEventListener(name, stir);
    const forget = passOverWakingTap(target, isResting, stir);
    stir();
    return () => {
      window.clearTimeout(timer);
      for (const name of events) target.removeEventListener(name, stir);
      forget();
    };
  }, [element, isStill, isResting]);
  return isResting;
}

/** Stirs with every press; the click of a finger that meets controls out of sight stops there. */
function passOverWakingTap(target: HTMLElement, isResting: ReadonlySignal<boolean>, stir: () => void): () => void {
  let isWaking = false;
  const onPress = ({ pointerType }: PointerEvent): void => {
    isWaking = pointerType === 'touch' && isResting.peek();
    stir();
  };
  const onClick = (event: MouseEvent): void => {
    const isOnControl = event.target instanceof Element && event.target.closest('.control-bar') !== null;
    if (isWaking && isOnControl) {
      event.preventDefault();
      event.stopPropagation();
    }
    isWaking = false;
  };
  target.addEventListener('pointerdown', onPress, { capture: true });
  target.addEventListener('click', onClick, { capture: true });
  return () => {
    target.removeEventListener('pointerdown', onPress, { capture: true });
    target.removeEventListener('click', onClick, { capture: true });
  };
}
