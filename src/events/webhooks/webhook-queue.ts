/**
 * What is still to be told to webhooks, in the database: a row for each URL and event. A row is written before it is
 * sent, and deleted once it was taken, so a crash loses nothing and can only tell something twice.
 */
import type { Database } from '../../store/database.ts';

/** Rows a URL; the oldest make room. */
const MOST_ROWS = 10_000;
/** Changes of so many milliseconds become one transaction: each waits for the disk. */
const FLUSH_INTERVAL_MS = 50;
/** After a fault of the disk. */
const FLUSH_AGAIN_MS = 1000;

export interface QueuedEvent {
  url: string;
  /** The event's id. */
  event: number;
  /** Milliseconds since the epoch. */
  time: number;
  body: string;
}

export interface WebhookQueueOptions {
  database: Database;
  urls: readonly string[];
  /** Rows of a URL were written or deleted. */
  onChanged: (url: string) => void;
  /** The oldest rows of a URL had to go. */
  onDropped: (url: string, count: number) => void;
  /** The database cannot be written; it is tried again. */
  onFault: (error: unknown) => void;
  mostRows?: number;
}

export class WebhookQueue {
  readonly #options: WebhookQueueOptions;
  readonly #mostRows: number;
  /** Rows by URL. */
  readonly #rows = new Map<string, number>();
  /** Up to which event all is done, where the database does not know yet. */
  readonly #done = new Map<string, number>();
  #added: QueuedEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastFlush = 0;

  /** Takes up what is there. Rows of URLs that are no longer wanted are removed. */
  constructor(options: WebhookQueueOptions) {
    this.#options = options;
    this.#mostRows = options.mostRows ?? MOST_ROWS;
    const { database, urls } = options;
    for (const { url, n } of database.all('SELECT url, count(*) AS n FROM webhook_queue GROUP BY url')) {
      if (urls.includes(String(url))) this.#rows.set(String(url), Number(n));
      else database.run('DELETE FROM webhook_queue WHERE url = ?', String(url));
    }
  }

  /** How many events wait for a URL. */
  waiting(url: string): number {
    return this.#rows.get(url) ?? 0;
  }

  /** Puts an event into the queue; it is there when `onChanged` is called. */
  add(event: QueuedEvent): void {
    this.#added.push(event);
    this.#schedule(Math.max(0, this.#lastFlush + FLUSH_INTERVAL_MS - performance.now()));
  }

  /** The oldest event that waits for a URL. */
  first(url: string): QueuedEvent | undefined {
    const row = this.#options.database.get(
      'SELECT event, time, body FROM webhook_queue WHERE url = ? AND event > ? ORDER BY event LIMIT 1',
      url,
      this.#done.get(url) ?? 0,
    );
    if (row === undefined) return undefined;
    return { url, event: Number(row['event']), time: Number(row['time']), body: String(row['body']) };
  }

  /** All up to this event was taken. */
  remove(url: string, event: number): void {
    this.#done.set(url, event);
    this.#schedule(FLUSH_INTERVAL_MS);
  }

  /** Removes what is older than this, ms since the epoch, and returns how many events that were. */
  removeOlder(url: string, time: number): number {
    const { changes } = this.#options.database.run('DELETE FROM webhook_queue WHERE url = ? AND time < ?', url, time);
    this.#count(url, -changes);
    return changes;
  }

  /** Removes everything for a URL, and returns how many events that were. */
  clear(url: string): number {
    this.#added = this.#added.filter((event) => event.url !== url);
    return this.removeOlder(url, Number.MAX_SAFE_INTEGER);
  }

  /** Writes what is not written yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const added = this.#added;
    const done = [...this.#done];
    try {
      const changes = this.#options.database.transaction(() => this.#write(added, done));
      this.#added = [];
      this.#done.clear();
      for (const [url, change] of changes) this.#count(url, change);
    } catch (error) {
      this.#options.onFault(error);
      this.#added = this.#bounded(added);
      this.#schedule(FLUSH_AGAIN_MS);
      return;
    }
    this.#lastFlush = performance.now();
    const urls = new Set([...added, ...done.map(([url]) => ({ url }))].map(({ url }) => url));
    for (const url of urls) {
      try {
        this.#makeRoom(url);
      } catch (error) {
        this.#options.onFault(error);
      }
      this.#options.onChanged(url);
    }
  }

  /** Stops writing later; for the end. */
  close(): void {
    if (this.#timer !== undefined) this.flush();
    clearTimeout(this.#timer);
  }

  /** While the disk fails, memory is not filled without end. */
  #bounded(added: QueuedEvent[]): QueuedEvent[] {
    const dropped = added.slice(0, Math.max(0, added.length - this.#mostRows));
    for (const { url } of dropped) this.#options.onDropped(url, 1);
    return added.slice(dropped.length);
  }

  /** Returns by how much the rows of each URL have changed. */
  #write(added: readonly QueuedEvent[], done: readonly [string, number][]): [string, number][] {
    const { database } = this.#options;
    const changes: [string, number][] = [];
    for (const { url, event, time, body } of added) {
      database.run(
        'INSERT INTO webhook_queue (url, event, time, body) VALUES (?, ?, ?, ?)',
        ...[url, event, time, body],
      );
      changes.push([url, 1]);
    }
    for (const [url, event] of done) {
      const removed = database.run('DELETE FROM webhook_queue WHERE url = ? AND event <= ?', url, event).changes;
      changes.push([url, -removed]);
    }
    return changes;
  }

  #makeRoom(url: string): void {
    const excess = this.waiting(url) - this.#mostRows;
    if (excess <= 0) return;
    const { changes } = this.#options.database.run(
      `DELETE FROM webhook_queue WHERE url = ?1 AND event IN
        (SELECT event FROM webhook_queue WHERE url = ?1 ORDER BY event LIMIT ?2)`,
      url,
      excess,
    );
    this.#count(url, -changes);
    this.#options.onDropped(url, changes);
  }

  #count(url: string, change: number): void {
    this.#rows.set(url, this.waiting(url) + change);
  }

  #schedule(wait: number): void {
    this.#timer ??= setTimeout(() => this.flush(), wait).unref();
  }
}
