/** Tells one URL what waits for it, in order: the next event goes out when the one before was taken. */
import { signatureHeaders } from './signature.ts';
import type { QueuedEvent, WebhookQueue } from './webhook-queue.ts';
import { retryWait } from './retry-wait.ts';

/** Milliseconds for an answer. */
const TIMEOUT = 10_000;
/** How long an event is tried: milliseconds. */
const LIFETIME = 86_400_000;

/**
 * How an attempt ended: `expired` counts events that nobody took within a day, `gone` those that waited for a URL that
 * answered 410.
 */
export type WebhookResult = 'delivered' | 'retried' | 'expired' | 'gone';

/** Where faults are told. Facts hold no URL: its path may be a secret. */
export interface WebhookLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface WebhookSenderOptions {
  url: string;
  /** Names it in the log, without secrets. */
  facts: object;
  key: Uint8Array;
  queue: WebhookQueue;
  log: WebhookLog;
  onResult: (result: WebhookResult, count: number) => void;
  timeout?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
  wait?: (failures: number) => number;
}

type Outcome = { type: 'delivered' } | { type: 'gone' } | { type: 'failed'; reason: string };

export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #now: () => number;
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** In a row. */
  #failures = 0;
  #isGone = false;
  #isStopped = false;

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** The URL wants nothing more until the server starts again. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#running !== undefined || this.#timer !== undefined || this.#isGone || this.#isStopped) return;
    if (this.#options.queue.waiting(this.#options.url) === 0) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Ends when all was told that can be at once, or `grace` ms later. What was not taken stays in the queue. */
  async stop(grace: number): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const cutOff = setTimeout(() => this.#abort.abort(), grace);
    await this.#running;
    clearTimeout(cutOff);
  }

  async #run(): Promise<void> {
    const { url, queue } = this.#options;
    try {
      for (let event = queue.first(url); event !== undefined && !this.#abort.signal.aborted; event = queue.first(url)) {
        if (!this.#settle(event, await this.#post(event))) return;
      }
    } catch (error) {
      // The database cannot be read.
      this.#retry(error instanceof Error ? error.message : String(error));
    }
  }

  /** Returns whether the next one may follow. */
  #settle(event: QueuedEvent, outcome: Outcome): boolean {
    const { queue, url, facts, log, onResult } = this.#options;
    switch (outcome.type) {
      case 'delivered':
        queue.remove(url, event.event);
        onResult('delivered', 1);
        if (this.#failures > 0) log.info({ ...facts, failures: this.#failures }, 'a webhook works again');
        this.#failures = 0;
        return true;
      case 'gone':
        this.#isGone = true;
        onResult('gone', queue.clear(url));
        log.error(facts, 'a webhook answers 410 (Gone): it is told nothing more until the next start');
        return false;
      case 'failed': {
        if (this.#abort.signal.aborted) return false;
        const expired = queue.removeOlder(url, this.#now() - LIFETIME);
        if (expired > 0) {
          onResult('expired', expired);
          log.error({ ...facts, events: expired }, 'a webhook has not taken events for a day: they are dropped');
        }
        this.#retry(outcome.reason);
        return false;
      }
    }
  }

  #retry(reason: string): void {
    const { facts, log, onResult, wait = (failures: number) => retryWait(failures, Math.random()) } = this.#options;
    this.#failures++;
    const retryInMilliseconds = wait(this.#failures);
    onResult('retried', 1);
    log.warn({ ...facts, reason, retryInMilliseconds }, 'a webhook failed, and is tried again later');
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.wake();
    }, retryInMilliseconds).unref();
  }

  async #post({ event, body }: QueuedEvent): Promise<Outcome> {
    const { url, key, timeout = TIMEOUT } = this.#options;
    const timestamp = Math.floor(this.#now() / 1000);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'live-webrtc',
          ...signatureHeaders({ id: String(event), timestamp, body }, key),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(timeout), this.#abort.signal]),
      });
      void response.body?.cancel().catch(() => undefined);
      if (response.ok) return { type: 'delivered' };
      return response.status === 410 ? { type: 'gone' } : { type: 'failed', reason: `status ${response.status}` };
    } catch (error) {
      return { type: 'failed', reason: reasonOf(error) };
    }
  }
}

/** Without the URL. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error;
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return name === 'TimeoutError' ? 'no answer in time' : (code ?? 'no connection');
}
