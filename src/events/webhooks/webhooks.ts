/** Tells the URLs of WEBHOOK_URLS what happens. */
import type { Database } from '../../store/database.ts';
import type { EventType } from '../../util/event-types.ts';
import { writeEvent, type ServerEvent } from '../catalogue.ts';
import { webhookKey } from './signature.ts';
import { WebhookQueue } from './webhook-queue.ts';
import { WebhookSender, type WebhookLog, type WebhookResult, type WebhookSenderOptions } from './webhook-sender.ts';

/** How long attempts that go on may take at the end: milliseconds. */
const STOP_GRACE = 1000;

export interface WebhooksOptions extends Pick<WebhookSenderOptions, 'timeout' | 'now' | 'wait'> {
  database: Database;
  urls: readonly string[];
  /** "whsec_" and base64. */
  secret: string;
  types: ReadonlySet<EventType>;
  log: WebhookLog;
  /** Counts; `webhook` is the URL's place in the list, from 1. */
  onResult: (webhook: number, result: WebhookResult | 'dropped', count: number) => void;
  /** How many events wait, whenever that may have changed. */
  onWaiting: (webhook: number, waiting: number) => void;
}

export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #queue: WebhookQueue;
  readonly #senders: ReadonlyMap<string, WebhookSender>;

  constructor(options: WebhooksOptions) {
    this.#options = options;
    const { urls, secret, log, onResult } = options;
    this.#queue = new WebhookQueue({
      database: options.database,
      urls,
      onChanged: (url) => {
        this.#tellWaiting(url);
        this.#senders.get(url)?.wake();
      },
      onDropped: (url, count) => {
        onResult(this.#placeOf(url), 'dropped', count);
        log.error(
          { ...this.#factsOf(url), events: count },
          'the queue of a webhook is full: its oldest events are dropped',
        );
      },
      onFault: (error) => log.error({ reason: String(error) }, 'the queue of webhooks cannot be written'),
    });
    const key = webhookKey(secret);
    this.#senders = new Map(urls.map((url) => [url, this.#makeSender(url, key)]));
  }

  /** Begins with what the last start has left. */
  start(): void {
    for (const [url, sender] of this.#senders) {
      this.#tellWaiting(url);
      sender.wake();
    }
  }

  /** Tells an event to all URLs, where its type is wanted. */
  add(event: ServerEvent): void {
    if (!this.#options.types.has(event.type)) return;
    const body = writeEvent(event, 'full');
    for (const [url, sender] of this.#senders) {
      if (!sender.isGone) this.#queue.add({ url, event: event.id, time: event.time, body });
    }
  }

  /** Ends; what was not taken waits for the next start. */
  async stop(): Promise<void> {
    this.#queue.flush();
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop(STOP_GRACE)));
    this.#queue.close();
  }

  #makeSender(url: string, key: Uint8Array): WebhookSender {
    const { log, onResult, timeout, now, wait } = this.#options;
    const settings = { ...(timeout && { timeout }), ...(now && { now }), ...(wait && { wait }) };
    return new WebhookSender({
      ...settings,
      url,
      key,
      log,
      facts: this.#factsOf(url),
      queue: this.#queue,
      onResult: (result, count) => {
        onResult(this.#placeOf(url), result, count);
        this.#tellWaiting(url);
      },
    });
  }

  #tellWaiting(url: string): void {
    this.#options.onWaiting(this.#placeOf(url), this.#queue.waiting(url));
  }

  #placeOf(url: string): number {
    return this.#options.urls.indexOf(url) + 1;
  }

  /** The path and the query may hold a key. */
  #factsOf(url: string): object {
    return { webhook: this.#placeOf(url), origin: new URL(url).origin };
  }
}
