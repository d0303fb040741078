import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Milliseconds after which the last failure is thrown. */
  timeout?: number;
  /** Milliseconds between two attempts. */
  interval?: number;
}

/** Repeats an attempt until it does not throw, and returns what it returns. */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { timeout = 10_000, interval = 100 }: EventuallyOptions = {},
): Promise<T> {
  const until = performance.now() + timeout;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() >= until) throw error;
      await sleep(interval);
    }
  }
}
