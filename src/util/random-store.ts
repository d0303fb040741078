/** Bytes that are fetched at a time: a session takes about a hundred. */
const STORE_BYTES = 4096;

/** Random bytes by the piece: asking the system for each of the few that a value needs costs more than all of them. */
export class RandomStore {
  readonly #fetch: (length: number) => Buffer;
  #store: Buffer = Buffer.alloc(0);

  constructor(fetch: (length: number) => Buffer) {
    this.#fetch = fetch;
  }

  /** At most STORE_BYTES; each byte is given once. */
  take(length: number): Buffer {
    if (length > this.#store.length) this.#store = this.#fetch(STORE_BYTES);
    const bytes = this.#store.subarray(0, length);
    this.#store = this.#store.subarray(length);
    return bytes;
  }
}
