import { SequenceUnwrapper } from '../util/sequence.ts';

/** Arrivals kept between two feedbacks; more are forgotten, oldest first. */
const MAXIMUM_ARRIVALS = 2000;

export interface Arrival {
  /** Transport-wide sequence number, unwrapped. */
  sequence: number;
  /** Monotonic ms. */
  arrivalTimeMs: number;
}

/** When each packet of a connection arrived, by its transport-wide sequence number, until the next feedback. */
export class TransportWideArrivals {
  readonly #unwrapper = new SequenceUnwrapper();
  #arrivals: Arrival[] = [];
  /** The lowest number that the next feedback speaks of. */
  #next: number | undefined;

  add(sequence: number, now: number): void {
    const unwrapped = this.#unwrapper.unwrap(sequence);
    // What an earlier feedback called lost stays so.
    if (this.#next !== undefined && unwrapped < this.#next) return;
    if (this.#arrivals.length === MAXIMUM_ARRIVALS) this.#arrivals.shift();
    this.#arrivals.push({ sequence: unwrapped, arrivalTimeMs: now });
  }

  get pending(): boolean {
    return this.#arrivals.length > 0;
  }

  /** The arrivals since the last call in order of sequence number, and the number at which the feedback starts. */
  take(): { baseSequence: number; arrivals: Arrival[] } {
    const arrivals = this.#arrivals.sort((a, b) => a.sequence - b.sequence);
    this.#arrivals = [];
    const baseSequence = this.#next ?? arrivals[0]?.sequence ?? 0;
    const last = arrivals.at(-1);
    if (last !== undefined) this.#next = last.sequence + 1;
    return { baseSequence, arrivals };
  }
}
