interface Event {
  time: number;
  /** Events of one instant run in the order in which they were planned. */
  order: number;
  run: () => void;
}

/** Virtual time: what is planned runs in the order of its time, and nothing waits. */
export class EventQueue {
  /** A binary heap: the parent of `index` is `(index - 1) >> 1`, and runs before it. */
  readonly #heap: Event[] = [];
  #order = 0;
  #now = 0;

  /** Milliseconds since the simulation began. */
  get now(): number {
    return this.#now;
  }

  /** Runs `run` at `time`, or at once where that has passed. */
  at(time: number, run: () => void): void {
    const event = { time: Math.max(time, this.#now), order: this.#order++, run };
    let index = this.#heap.push(event) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || before(parent, event)) break;
      this.#heap[index] = parent;
      index = above;
    }
    this.#heap[index] = event;
  }

  after(milliseconds: number, run: () => void): void {
    this.at(this.#now + milliseconds, run);
  }

  /** Runs `run` now and then at each interval until the end. */
  every(milliseconds: number, run: () => void): void {
    run();
    this.after(milliseconds, () => this.every(milliseconds, run));
  }

  /** Runs all that is planned up to and including `end`, which is the time afterwards. */
  runUntil(end: number): void {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.time > end) break;
      this.#removeFirst();
      this.#now = first.time;
      first.run();
    }
    this.#now = end;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      let child = this.#heap[below];
      const right = this.#heap[below + 1];
      if (child !== undefined && right !== undefined && before(right, child)) {
        below++;
        child = right;
      }
      if (child === undefined || before(last, child)) break;
      this.#heap[index] = child;
      index = below;
    }
    this.#heap[index] = last;
  }
}

function before(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
