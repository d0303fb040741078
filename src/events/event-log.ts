/** The newest events, in memory: who was away for a while reads on where they left. */
import type { EventType } from '../util/event-types.ts';
import type { EventData, ServerEvent } from './catalogue.ts';

/** Events that are kept, some hundred bytes each. */
const KEPT_EVENTS = 5000;

export interface EventLogOptions {
  /** Gives numbers that follow one another. */
  ids: { readonly last: number; next(): number };
  kept?: number;
}

export type EventListener = (event: ServerEvent) => void;

export class EventLog {
  readonly #ids: EventLogOptions['ids'];
  readonly #kept: number;
  /** By id modulo their number. */
  readonly #ring: ServerEvent[] = [];
  readonly #listeners = new Set<EventListener>();
  #floor: number;

  constructor({ ids, kept = KEPT_EVENTS }: EventLogOptions) {
    this.#ids = ids;
    this.#kept = kept;
    this.#floor = ids.last;
  }

  /** The newest event's id. */
  get last(): number {
    return this.#ids.last;
  }

  /** All events with a greater id are here. */
  get floor(): number {
    return this.#floor;
  }

  /** Keeps an event and tells it to all that listen. `room` is null for all rooms; `now` is ms since the epoch. */
  add<Type extends EventType>(
    type: Type,
    room: string | null,
    data: Readonly<EventData<Type>>,
    now = Date.now(),
  ): ServerEvent {
    const known = Object.entries(data).filter(([, value]) => value !== undefined);
    const event = { id: this.#ids.next(), type, time: now, room, data: Object.fromEntries(known) };
    this.#ring[event.id % this.#kept] = event;
    this.#floor = Math.max(this.#floor, event.id - this.#kept);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** The first event behind this id that is kept. */
  after(id: number): ServerEvent | undefined {
    const next = Math.max(id, this.#floor) + 1;
    return next > this.last ? undefined : this.#ring[next % this.#kept];
  }

  /** Calls the listener with each new event. Returns what ends that. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
