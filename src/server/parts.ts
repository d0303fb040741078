/** What the server is made of. */
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/schema.ts';
import type { ServerState, TlsFiles } from '../http/http-options.ts';
import { Metrics } from '../metrics/metrics.ts';
import { ServerHistory } from '../metrics/server-history.ts';
import { openModeration } from '../moderation/moderation.ts';
import { Participants } from '../moderation/participants.ts';
import type { Database } from '../store/database.ts';
import type { WorkerPool } from '../worker-pool/worker-pool.ts';
import { announcedAddresses } from './announced-addresses.ts';
import { createChat, type ServerChat } from './chat.ts';
import { createEvents, type ServerEvents } from './events.ts';
import { createHttp } from './http.ts';
import { createLog, type ServerLog } from './log.ts';
import { createWorkerPool } from './media-workers.ts';
import { poolEvents } from './pool-events.ts';
import { createRecordings, type ServerRecordings } from './recordings.ts';
import type { ServerOptions } from './server-options.ts';
import { SessionEnder } from './session-ender.ts';

/** Milliseconds. */
const DAY = 86_400_000;

/** The parts that are started and closed, and what others ask of them. */
export interface ServerParts {
  readonly config: Config;
  readonly log: ServerLog;
  readonly database: Database;
  /** The addresses that clients are told. */
  readonly announced: readonly string[];
  readonly events: ServerEvents;
  readonly recordings: ServerRecordings;
  readonly chat: ServerChat;
  readonly pool: WorkerPool;
  readonly sessionEnder: SessionEnder;
  readonly history: ServerHistory;
  readonly app: FastifyInstance;
  /** What /readyz says. */
  state: ServerState;
}

/** Builds all parts, each from those before it; nothing runs yet. */
export async function buildParts(
  options: ServerOptions,
  database: Database,
  tls: TlsFiles | undefined,
): Promise<ServerParts> {
  const { config } = options;
  const log = createLog({ level: config.logLevel, format: config.logFormat }, options.logSink);
  const announced = await announcedAddresses(config, log);
  const metrics = new Metrics();
  const participants = new Participants();
  const moderation = openModeration(database, { auditRetentionMs: config.auditRetention * DAY });
  const events = createEvents(config, { database, log, metrics, participants, bans: moderation.bans });
  const recordings = await createRecordings(config, { log, metrics, events: events.recordings });
  const chat = createChat({ config, database, moderation, log });
  const pool = createWorkerPool(options, {
    announced,
    events: poolEvents({ log, metrics, recordings, participants, roomEvents: events.rooms }),
  });
  const sessionEnder = new SessionEnder(participants, pool, log);
  const metricSources = {
    workers: () => pool.metrics(),
    counts: () => pool.counts(),
    recordings: () => recordings.figures(),
  };
  const history = new ServerHistory(metricSources);
  const app = await createHttp(options, {
    ...{ tls, log, database, metrics, metricSources, history, participants, moderation },
    ...{ events, recordings, chat, pool },
    state: () => (parts.state === 'ready' && !pool.ready ? 'starting' : parts.state),
  });
  const parts: ServerParts = {
    ...{ config, log, database, announced, events, recordings, chat, pool, sessionEnder, history, app },
    state: 'starting',
  };
  return parts;
}
