/** Length of one measured window, ms. */
const WINDOW_MS = 1000;

/** Bits a second over the last whole windows, from a running count of bytes. */
export class BitrateMeter {
  #windowStart: number;
  #windowBytes = 0;
  #total = 0;
  #bitrate = 0;

  constructor(now: number) {
    this.#windowStart = now;
  }

  add(bytes: number, now: number): void {
    this.#roll(now);
    this.#total += bytes;
  }

  /** Takes a counter that grows elsewhere as the new total. */
  setTotal(bytes: number, now: number): void {
    this.#total = bytes;
    this.#roll(now);
  }

  /** Bits a second; 0 where nothing came for two windows. */
  bitrate(now: number): number {
    this.#roll(now);
    return this.#bitrate;
  }

  #roll(now: number): void {
    const elapsed = now - this.#windowStart;
    if (elapsed < WINDOW_MS) return;
    this.#bitrate = Math.round(((this.#total - this.#windowBytes) * 8000) / elapsed);
    this.#windowBytes = this.#total;
    this.#windowStart = now;
  }
}
