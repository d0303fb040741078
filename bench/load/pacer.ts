/** Timers that keep their pace: a load that waits for a slow machine measures nothing. */
import { machineNow } from './machine-clock.ts';

interface Slot {
  timer?: NodeJS.Timeout;
  immediate?: NodeJS.Immediate;
}

export class Pacer {
  readonly #slots = new Set<Slot>();
  /** How late an action has been at most since the last reset, ms. */
  longestDelay = 0;

  /** Calls `action` every so many milliseconds, from `delay` on, with its number; late ones follow at once. */
  every(interval: number, action: (tick: number) => void, delay = 0): void {
    const slot: Slot = {};
    this.#slots.add(slot);
    const start = machineNow() + delay;
    let tick = 0;
    const run = (): void => {
      const early = start + tick * interval - machineNow();
      if (early <= 0) {
        this.longestDelay = Math.max(this.longestDelay, -early);
        action(tick++);
      }
      const wait = start + tick * interval - machineNow();
      // What else there is to do has its turn even where this is always late.
      if (wait > 0) slot.timer = setTimeout(run, wait);
      else slot.immediate = setImmediate(run);
    };
    run();
  }

  reset(): void {
    this.longestDelay = 0;
  }

  stop(): void {
    for (const { timer, immediate } of this.#slots) {
      clearTimeout(timer);
      clearImmediate(immediate);
    }
    this.#slots.clear();
  }
}
