import { concatenate } from '../../util/bytes.ts';
import type { OpenFile } from '../recording-file.ts';

/** More than this is not held back until the next flush, bytes. */
const MAXIMUM_HELD_BYTES = 1024 * 1024;

/** Collects what is appended to a file and writes it in one go. */
export class AppendBuffer {
  readonly #file: OpenFile;
  #parts: Uint8Array[] = [];
  #held = 0;
  #written = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** Bytes of the file once all is written. */
  get end(): number {
    return this.#written + this.#held;
  }

  /** The bytes must not change until they are written. */
  append(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#held += bytes.length;
    if (this.#held > MAXIMUM_HELD_BYTES) this.flush();
  }

  flush(): void {
    if (this.#held === 0) return;
    this.#file.write(concatenate(this.#parts), this.#written);
    this.#written += this.#held;
    this.#parts = [];
    this.#held = 0;
  }
}
