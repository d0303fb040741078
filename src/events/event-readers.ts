/** All readers of the event log: how many there may be, and their end. */
import { ServiceError } from '../errors.ts';
import type { EventLog } from './event-log.ts';
import { EventReader, type EventReaderOptions } from './event-reader.ts';

/** Readers at a time. */
const MOST_READERS = 1000;
/** Readers of one client at a time, so that no client takes all places. */
const MOST_READERS_A_CLIENT = 20;
/** Milliseconds between two looks at whose right to read has ended; a stream outlives it by no more. */
const TICK_MS = 1000;

export interface EventReadersOptions {
  log: EventLog;
  /** Told how many there are, whenever that changes. */
  onCount?: (readers: number) => void;
  /** A reader was cut off. */
  onTooSlow?: () => void;
  mostReaders?: number;
}

/** Who reads. */
export interface EventReaderPerson {
  /** Tells clients apart: an address or a network. */
  client: string;
  address: string;
  /** The `sub` of their token; undefined where it has none. */
  subject: string | undefined;
  isAdmin: boolean;
  /** Names the login that they read by; undefined where it is none. */
  login: string | undefined;
  /** The room that they have asked for; undefined for all that they may see. */
  room: string | undefined;
  /** Milliseconds since the epoch after which they may read no more; undefined for no end. */
  endsAt: number | undefined;
}

export interface EventReaderRequest extends Pick<EventReaderOptions, 'view' | 'lastId'> {
  person: EventReaderPerson;
}

export class EventReaders {
  readonly #options: EventReadersOptions;
  readonly #readers = new Map<EventReader, EventReaderPerson>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: EventReadersOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /** Opens a stream. Throws too_many_event_readers. */
  open({ person, ...request }: EventReaderRequest): EventReader {
    const { log, mostReaders = MOST_READERS } = this.#options;
    const ofClient = [...this.#readers.values()].filter(({ client }) => client === person.client).length;
    if (this.#readers.size >= mostReaders || ofClient >= MOST_READERS_A_CLIENT) {
      throw new ServiceError('too_many_event_readers');
    }
    const reader = new EventReader({
      ...request,
      log,
      endsAt: person.endsAt,
      onEnd: (isTooSlow) => this.#forget(reader, isTooSlow),
    });
    this.#readers.set(reader, person);
    this.#options.onCount?.(this.#readers.size);
    return reader;
  }

  /** Ends the streams of some people. */
  end(isMeant: (person: EventReaderPerson) => boolean): void {
    for (const [reader, person] of this.#readers) if (isMeant(person)) reader.end();
  }

  /** Ends all streams: the server stops. */
  close(): void {
    clearInterval(this.#timer);
    this.end(() => true);
  }

  #tick(): void {
    const now = Date.now();
    this.end(({ endsAt }) => endsAt !== undefined && endsAt <= now);
  }

  #forget(reader: EventReader, isTooSlow: boolean): void {
    this.#readers.delete(reader);
    this.#options.onCount?.(this.#readers.size);
    if (isTooSlow) this.#options.onTooSlow?.();
  }
}
