/** Keeps a phone from going to sleep in the middle of a broadcast. */
import { effect } from '@preact/signals';

/** Holds a screen wake lock, where the browser has them, while `isWanted` (which reads signals) is true. */
export function keepScreenOn(isWanted: () => boolean): void {
  let lock: WakeLockSentinel | undefined;

  const update = async (): Promise<void> => {
    const wanted = isWanted() && document.visibilityState === 'visible';
    if (!wanted) {
      await lock?.release();
      lock = undefined;
    } else if (lock === undefined || lock.released) {
      lock = await navigator.wakeLock.request('screen');
    }
  };

  if (!('wakeLock' in navigator)) return;
  // A refusal, as with a low battery, changes nothing else.
  const attempt = (): void => void update().catch(() => undefined);
  effect(() => {
    isWanted();
    attempt();
  });
  // The browser lets go of the lock when the page is hidden.
  document.addEventListener('visibilitychange', attempt);
}
