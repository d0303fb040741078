/** Deadlines are kept this finely, ms. */
const TICK_MS = 5;
/** Slots of one tick each: somewhat more than the longest delay. */
const SLOTS = 256;
/** A deadline farther away comes up after so long, to be set again, ms. */
const MAXIMUM_DELAY_MS = 1000;

/**
 * Which of many items are due, at a cost that does not grow with their number. An item has one deadline at most.
 * Times are monotonic milliseconds.
 */
export class DeadlineWheel<Item> {
  readonly #slots = Array.from({ length: SLOTS }, () => new Set<Item>());
  /** The tick at which an item is due; its slot is the remainder. */
  readonly #ticks = new Map<Item, number>();
  /** All before this tick have been taken. */
  #next: number;

  constructor(now: number) {
    this.#next = Math.floor(now / TICK_MS);
  }

  /** Sets the item's deadline, unless it has an earlier one. Returns when the item comes up: at most a tick later. */
  set(item: Item, deadline: number, now: number): number {
    const tick = Math.max(this.#next, Math.ceil(Math.min(deadline, now + MAXIMUM_DELAY_MS) / TICK_MS));
    const before = this.#ticks.get(item);
    if (before !== undefined) {
      if (before <= tick) return before * TICK_MS;
      this.#slot(before).delete(item);
    }
    this.#ticks.set(item, tick);
    this.#slot(tick).add(item);
    return tick * TICK_MS;
  }

  delete(item: Item): void {
    const tick = this.#ticks.get(item);
    if (tick === undefined) return;
    this.#slot(tick).delete(item);
    this.#ticks.delete(item);
  }

  /** Takes out what is due. */
  take(now: number): Item[] {
    const due: Item[] = [];
    const last = Math.floor(now / TICK_MS);
    // After a stall each slot is looked at once.
    for (let tick = Math.max(this.#next, last - SLOTS + 1); tick <= last; tick++) {
      const slot = this.#slot(tick);
      for (const item of slot) {
        this.#ticks.delete(item);
        due.push(item);
      }
      slot.clear();
    }
    this.#next = Math.max(this.#next, last + 1);
    return due;
  }

  /** When something is due next; infinite where nothing is. */
  deadline(): number {
    if (this.#ticks.size === 0) return Number.POSITIVE_INFINITY;
    let tick = this.#next;
    while (this.#slot(tick).size === 0) tick++;
    return tick * TICK_MS;
  }

  #slot(tick: number): Set<Item> {
    const slot = this.#slots[tick % SLOTS];
    if (slot === undefined) throw new RangeError('times are not negative');
    return slot;
  }
}
