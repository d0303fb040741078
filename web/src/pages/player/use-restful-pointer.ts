/** Tells when the pointer has been still, so that the controls can step aside. */
import { useSignal, type Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Milliseconds without a movement. */
const REST_TIME = 2_500;

/** True while nothing has moved over the element for a while. */
export function useRestfulPointer(element: { current: HTMLElement | null }): Signal<boolean> {
  const isResting = useSignal(false);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    let timer: number | undefined;
    const stir = (): void => {
      isResting.value = false;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => (isResting.value = true), REST_TIME);
    };
    const events = ['pointermove', 'pointerdown', 'focusin', 'keydown'] as const;
    for (const name of events) target.addEventListener(name, stir);
    stir();
    return () => {
      window.clearTimeout(timer);
      for (const name of events) target.removeEventListener(name, stir);
    };
  }, [element, isResting]);
  return isResting;
}
