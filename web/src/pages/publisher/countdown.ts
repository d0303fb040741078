/** The seconds before a broadcast goes live. */

/** Milliseconds. */
const COUNTDOWN = 3_000;

/** The whole seconds to show at a moment after the begin (milliseconds); undefined once the time is over. */
export function secondsLeft(begin: number, now: number, length = COUNTDOWN): number | undefined {
  const left = begin + length - now;
  return left <= 0 ? undefined : Math.ceil(left / 1000);
}

/** Tells the seconds left until they are over, resolving to true, or to false where the signal ends it before that. */
export function countDown(signal: AbortSignal, tell: (seconds: number) => void): Promise<boolean> {
  const begin = performance.now();
  return new Promise((resolve) => {
    const step = (): void => {
      const left = secondsLeft(begin, performance.now());
      if (left !== undefined) tell(left);
      else end(true);
    };
    const timer = window.setInterval(step, 100);
    const end = (isOver: boolean): void => {
      window.clearInterval(timer);
      resolve(isOver);
    };
    signal.addEventListener('abort', () => end(false), { once: true });
    step();
  });
}
