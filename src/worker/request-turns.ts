import type { RequestMessage } from '../worker-protocol.ts';

/**
 * Works off requests in their order. Opening a session takes as long as forwarding many packets: before the next request
 * the event loop reads its sockets, so that packets wait for one at most, however many viewers come at once.
 */
export class RequestTurns {
  readonly #handle: (message: RequestMessage) => void;
  readonly #waiting: RequestMessage[] = [];
  #isPaused = false;

  constructor(handle: (message: RequestMessage) => void) {
    this.#handle = handle;
  }

  add(message: RequestMessage): void {
    this.#waiting.push(message);
    if (!this.#isPaused) this.#run();
  }

  #run(): void {
    for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) {
      this.#handle(message);
      if (message.request.method !== 'open') continue;
      this.#isPaused = true;
      // The first one comes before the sockets are read where this is called from reading one.
      setImmediate(() => setImmediate(() => this.#goOn()));
      return;
    }
  }

  #goOn(): void {
    this.#isPaused = false;
    this.#run();
  }
}
