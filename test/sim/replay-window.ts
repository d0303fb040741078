/** Packets that are remembered. */
const CAPACITY = 4096;

/** Tells packets that came before, as SRTP does at either end (RFC 3711 3.3.2). */
export class ReplayWindow {
  readonly #seen = new Set<number>();

  /** True where this packet has come before; it counts as come from now on. */
  seen(ssrc: number, sequence: number): boolean {
    const key = ssrc * 0x10000 + sequence;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    if (this.#seen.size > CAPACITY) {
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return false;
  }
}
