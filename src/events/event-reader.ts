/** A stream of server-sent events (WHATWG HTML 9.2) of one reader of the event log. */
import { Readable } from 'node:stream';
import { writeEvent, type ServerEvent } from './catalogue.ts';
import type { EventLog } from './event-log.ts';

/** What waits for a client before it counts as one that takes nothing; Node's own figure differs by version. */
const BUFFER_BYTES = 16 * 1024;
/** A comment is sent this often, so that proxies keep a silent stream: ms. */
const HEARTBEAT_MS = 15_000;
/** A client that has not read the end by then is cut off: ms. */
const CLOSING_TIME_MS = 2000;

/** How much of an event a reader may see; undefined for nothing. */
export type EventView = (event: ServerEvent) => 'full' | 'public' | undefined;

export interface EventReaderOptions {
  log: EventLog;
  view: EventView;
  /** What the reader has had last (Last-Event-ID); undefined for those that want new events only. */
  lastId: number | undefined;
  /** Milliseconds since the epoch after which the reader may read no more; undefined for no end. */
  endsAt?: number | undefined;
  /** The stream has ended; `isTooSlow` where the log has gone on without it. */
  onEnd: (isTooSlow: boolean) => void;
}

/**
 * Reads the log at the pace of its client: nothing waits for a client but the log itself. One that the log has overtaken,
 * or that has read nothing between two heartbeats, is cut off; it comes back with its Last-Event-ID.
 */
export class EventReader extends Readable {
  readonly #options: EventReaderOptions;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unlisten: () => void;
  /** Up to here the log has been read. */
  #position: number;
  /** The client takes more. */
  #isWanted = false;
  /** It has taken something since the last heartbeat. */
  #hasTaken = true;
  #isTooSlow = false;
  #isOver = false;

  constructor(options: EventReaderOptions) {
    super({ highWaterMark: BUFFER_BYTES });
    this.#options = options;
    const { log, lastId } = options;
    this.#position = lastId ?? log.last;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    this.#unlisten = log.listen(() => this.#pump());
    // A first byte lets clients see that the stream stands.
    this.push(': events follow\n\n');
    // An id from the future is one of another server, or of a database that is gone.
    if (this.#position >= log.floor && this.#position <= log.last) return;
    this.push('event: missed\ndata: {}\n\n');
    this.#position = this.#position > log.last ? log.last : log.floor;
  }

  override _read(): void {
    this.#isWanted = true;
    this.#hasTaken = true;
    this.#pump();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearInterval(this.#heartbeat);
    this.#unlisten();
    this.#options.onEnd(this.#isTooSlow);
    callback(error);
  }

  /** Ends the response, and waits for nobody who does not read it. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#heartbeat);
    this.#unlisten();
    this.#isWanted = false;
    this.push(null);
    setTimeout(() => this.destroy(), CLOSING_TIME_MS).unref();
  }

  #pump(): void {
    const { log, view, endsAt } = this.#options;
    if (this.#isOver || this.destroyed) return;
    if (endsAt !== undefined && endsAt <= Date.now()) {
      this.end();
      return;
    }
    if (this.#position < log.floor) {
      this.#cutOff();
      return;
    }
    for (let event = log.after(this.#position); this.#isWanted && event !== undefined;) {
      this.#position = event.id;
      const shown = view(event);
      if (shown !== undefined) {
        this.#isWanted = this.push(`id: ${event.id}\nevent: ${event.type}\ndata: ${writeEvent(event, shown)}\n\n`);
      }
      event = log.after(this.#position);
    }
  }

  #beat(): void {
    if (this.destroyed) return;
    if (this.#isWanted) this.#isWanted = this.push(': still here\n\n');
    else if (!this.#hasTaken) this.#cutOff();
    this.#hasTaken = false;
  }

  #cutOff(): void {
    this.#isTooSlow = true;
    this.destroy();
  }
}
