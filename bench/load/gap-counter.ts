/** Counts what is missing in a stream by its sequence numbers, which SRTP leaves readable. */
import { sequenceDifference } from '../../src/util/sequence.ts';

export class GapCounter {
  #newest: number | undefined;

  /** The newest sequence number; 0 before there is one. */
  get newest(): number {
    return this.#newest ?? 0;
  }

  /** Takes the next packet. Returns by how much the count of missing ones changes: -1 where a late one fills a gap. */
  add(sequence: number): number {
    const step = this.#newest === undefined ? 1 : sequenceDifference(sequence, this.#newest);
    if (step > 0) this.#newest = sequence;
    return step > 0 ? step - 1 : -1;
  }
}
