/** Wires the events: who tells them, and who is told. */
import type { Config } from '../config/schema.ts';
import { EventIds } from '../events/event-ids.ts';
import { EventLog } from '../events/event-log.ts';
import { EventReaders } from '../events/event-readers.ts';
import { Webhooks } from '../events/webhooks/webhooks.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Bans, matches } from '../moderation/bans.ts';
import type { Participants } from '../moderation/participants.ts';
import type { Database } from '../store/database.ts';
import { BanEvents } from './ban-events.ts';
import type { ServerLog } from './log.ts';
import { RecordingEvents } from './recording-events.ts';
import { RoomEvents } from './room-events.ts';

export interface EventParts {
  database: Database;
  log: ServerLog;
  metrics: Metrics;
  participants: Participants;
  bans: Bans;
}

export interface ServerEvents {
  readonly rooms: RoomEvents;
  readonly recordings: RecordingEvents;
  readonly readers: EventReaders;
  /** Tells what the last start has left to be told. */
  start(): void;
  /** To be called when nothing happens any more. */
  stop(): Promise<void>;
}

/** Builds the parts; nobody is told anything before `start`. */
export function createEvents(config: Config, parts: EventParts): ServerEvents {
  const { database, log, metrics, participants, bans } = parts;
  const onFault = (error: unknown): void =>
    log.logger.error({ reason: String(error) }, 'what events need cannot be written to the database');
  const events = new EventLog({ ids: new EventIds(database, onFault) });
  const webhooks = new Webhooks({
    database,
    urls: [...new Set(config.webhookUrls)],
    secret: config.webhookSecret,
    types: config.webhookEvents,
    log: log.logger,
    onResult: (webhook, result, count) => metrics.webhookResult(webhook, result, count),
    onWaiting: (webhook, waiting) => metrics.webhookWaiting(webhook, waiting),
  });
  events.listen((event) => webhooks.add(event));
  const rooms = new RoomEvents({ events, participants, database, onFault });
  const banEvents = new BanEvents(events, bans);
  const readers = new EventReaders({
    log: events,
    onCount: (count) => metrics.eventReaders(count),
    onTooSlow: () => metrics.eventReaderCutOff(),
  });
  // A ban in one room leaves a stream of several rooms: its reader is told nothing more of that one.
  bans.watch((ban) => readers.end((person) => !person.isAdmin && matches(ban, person)));
  return {
    rooms,
    recordings: new RecordingEvents(events),
    readers,
    start() {
      rooms.start();
      webhooks.start();
    },
    async stop() {
      banEvents.stop();
      await webhooks.stop();
    },
  };
}
