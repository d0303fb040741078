/** What became of the packets that did not come in order. Sequence numbers are unwrapped. */
export class RepairStatistics {
  readonly #missing = new Map<number, number>();
  readonly #delays: number[] = [];
  #first: number | undefined;
  #newest = 0;
  /** Packets that had come before. */
  duplicates = 0;

  receive(sequence: number, now: number): void {
    if (this.#first === undefined) {
      this.#first = sequence;
      this.#newest = sequence;
      return;
    }
    if (sequence <= this.#newest) {
      this.#fill(sequence, now);
      return;
    }
    for (let missing = this.#newest + 1; missing < sequence; missing++) this.#missing.set(missing, now);
    this.#newest = sequence;
  }

  /** Packets that a viewer without loss would have had. */
  get expected(): number {
    return this.#first === undefined ? 0 : this.#newest - this.#first + 1;
  }

  /** Packets that were missing, if only for a moment. */
  get missed(): number {
    return this.#missing.size + this.#delays.length;
  }

  /** Share of the packets expected that were still missing `milliseconds` after the gap showed. */
  unrepaired(milliseconds: number, now: number): number {
    const late = this.#delays.filter((delay) => delay > milliseconds).length;
    const never = [...this.#missing.values()].filter((since) => now - since > milliseconds).length;
    return this.expected === 0 ? 0 : (late + never) / this.expected;
  }

  #fill(sequence: number, now: number): void {
    const since = this.#missing.get(sequence);
    if (since === undefined) {
      this.duplicates++;
      return;
    }
    this.#missing.delete(sequence);
    this.#delays.push(now - since);
  }
}
