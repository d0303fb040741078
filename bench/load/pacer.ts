/** Timers that keep their pace: a load that waits for a slow machine measures nothing. */
import { machineNow } from './machine-clock.ts';

export class Pacer {
  readonly #timers = new Set<{ timer: NodeJS.Timeout | undefined }>();
  /** How late an action has been at most since the last reset, ms. */
  longestDelay = 0;

  /** Calls `action` every so many milliseconds, from `delay` on, with its number; late ones follow at once. */
  every(interval: number, action: (tick: number) => void, delay = 0): void {
    const slot: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
    this.#timers.add(slot);
    const start = machineNow() + delay;
    let tick = 0;
    const run = (): void => {
      for (;;) {
        const early = start + tick * interval - machineNow();
        if (early > 0) {
          slot.timer = setTimeout(run, early);
          return;
        }
        this.longestDelay = Math.max(this.longestDelay, -early);
        action(tick++);
      }
    };
    run();
  }

  reset(): void {
    this.longestDelay = 0;
  }

  stop(): void {
    for (const { timer } of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
