/** How long to wait before a worker that died is started again. */

/** The first wait: long enough for the kernel to give the port back. Milliseconds. */
export const FIRST_WAIT = 100;
/** A worker that cannot live is tried this seldom. Milliseconds. */
export const LONGEST_WAIT = 10_000;
/** A worker that lived for so long counts as healthy. Milliseconds. */
export const HEALTHY_AFTER = 30_000;

/** Doubles the wait from failure to failure until a worker has lived for HEALTHY_AFTER. */
export class BackOff {
  #wait = FIRST_WAIT;

  /** Milliseconds to wait now, after a life of `lifetime` milliseconds. */
  next(lifetime: number): number {
    if (lifetime >= HEALTHY_AFTER) this.#wait = FIRST_WAIT;
    const wait = this.#wait;
    this.#wait = Math.min(LONGEST_WAIT, wait * 2);
    return wait;
  }
}
