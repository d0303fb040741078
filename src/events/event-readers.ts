/** All readers of the event log: how many there may be, and their end. */
import { ServiceError } from '../errors.ts';
import type { EventLog } from './event-log.ts';
import { EventReader, type EventReaderOptions } from './event-reader.ts';

/** Readers at a time. */
const MOST_READERS = 1000;
/** Readers of one client at a time, so that no client takes all places. */
const MOST_READERS_A_CLIENT = 20;

export interface EventReadersOptions {
  log: EventLog;
  /** Told how many there are, whenever that changes. */
  onCount?: (readers: number) => void;
  /** A reader was cut off. */
  onTooSlow?: () => void;
  mostReaders?: number;
}

/** Who reads. */
export interface EventReaderRequest extends Pick<EventReaderOptions, 'view' | 'lastId' | 'endsAt'> {
  /** Tells clients apart: an address or a network. */
  client: string;
}

export class EventReaders {
  readonly #options: EventReadersOptions;
  readonly #readers = new Map<EventReader, string>();

  constructor(options: EventReadersOptions) {
    this.#options = options;
  }

  /** Opens a stream. Throws too_many_event_readers. */
  open({ client, ...request }: EventReaderRequest): EventReader {
    const { log, mostReaders = MOST_READERS } = this.#options;
    const ofClient = [...this.#readers.values()].filter((other) => other === client).length;
    if (this.#readers.size >= mostReaders || ofClient >= MOST_READERS_A_CLIENT) {
      throw new ServiceError('too_many_event_readers');
    }
    const reader = new EventReader({ ...request, log, onEnd: (isTooSlow) => this.#forget(reader, isTooSlow) });
    this.#readers.set(reader, client);
    this.#options.onCount?.(this.#readers.size);
    return reader;
  }

  /** Ends all streams: the server stops. */
  close(): void {
    for (const reader of [...this.#readers.keys()]) reader.end();
  }

  #forget(reader: EventReader, isTooSlow: boolean): void {
    this.#readers.delete(reader);
    this.#options.onCount?.(this.#readers.size);
    if (isTooSlow) this.#options.onTooSlow?.();
  }
}
