/** Datagrams that may arrive so many counts after a newer one. */
const WINDOW = 1024;

/** Tells datagrams that come a second time, or too late to tell, by their counter (as RFC 4303 3.4.3 does). */
export class ReplayWindow {
  /** The highest counter seen. */
  #newest = -1;
  readonly #seen = new Uint8Array(WINDOW);

  /** True where the counter was not seen and is not too old. Does not note it: the datagram may be forged. */
  isFresh(counter: number): boolean {
    if (counter > this.#newest) return true;
    return this.#newest - counter < WINDOW && this.#seen[counter % WINDOW] === 0;
  }

  /** Notes the counter of an authentic datagram. */
  note(counter: number): void {
    if (counter > this.#newest) {
      const passed = Math.min(WINDOW, counter - this.#newest);
      for (let step = 1; step <= passed; step++) this.#seen[(this.#newest + step) % WINDOW] = 0;
      this.#newest = counter;
    }
    this.#seen[counter % WINDOW] = 1;
  }
}
