/** The HTTP side, with what it shows of all other parts. */
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { ServerState, TlsFiles } from '../http/http-options.ts';
import { createHttpServer } from '../http/http-server.ts';
import { RateLimiter } from '../http/rate-limit.ts';
import type { Metrics, MetricSources } from '../metrics/metrics.ts';
import type { ServerHistory } from '../metrics/server-history.ts';
import type { Moderation } from '../moderation/moderation.ts';
import type { Participants } from '../moderation/participants.ts';
import type { Database } from '../store/database.ts';
import type { WorkerPool } from '../worker-pool/worker-pool.ts';
import { createAccessWebhook, createAuthenticator, createLogin, createTokenMinter } from './access.ts';
import type { ServerChat } from './chat.ts';
import type { ServerEvents } from './events.ts';
import type { ServerLog } from './log.ts';
import type { ServerRecordings } from './recordings.ts';
import type { ServerOptions } from './server-options.ts';

/** What HTTP shows. */
export interface ShownParts {
  tls: TlsFiles | undefined;
  log: ServerLog;
  database: Database;
  metrics: Metrics;
  metricSources: MetricSources;
  history: ServerHistory;
  participants: Participants;
  moderation: Moderation;
  events: ServerEvents;
  recordings: ServerRecordings;
  chat: ServerChat;
  pool: WorkerPool;
  state: () => ServerState;
}

/** Builds the HTTP server; it does not listen yet. */
export function createHttp(options: ServerOptions, parts: ShownParts): Promise<FastifyInstance> {
  const { config } = options;
  const { stunUrls, turnUrls, turnUsername, turnPassword } = config;
  const { tls, log, database, metrics, metricSources, history, participants, moderation, state } = parts;
  const login = createLogin(config, database);
  return createHttpServer({
    ...{ tls, metrics, metricSources, history, participants, moderation, state, login },
    log: log.logger,
    rooms: parts.pool,
    chat: parts.chat.chat,
    eventReaders: parts.events.readers,
    recordings: parts.recordings.library,
    links: parts.recordings.links,
    storeOrigin: parts.recordings.storeOrigin,
    isRecordingOn: config.recordEnabled,
    access: createAuthenticator(config, login, moderation.roomSettings),
    accessWebhook: createAccessWebhook(config),
    minter: createTokenMinter(config),
    sessionGraceMs: config.jwtGrace,
    metricsToken: config.metricsToken,
    rateLimiter: new RateLimiter({ perSecond: config.rateLimitPerSecond, burst: config.rateLimitBurst }),
    maxConnectionsPerAddress: config.maxConnectionsPerAddress,
    maxChatsPerAddress: config.maxChatsPerAddress,
    maxSdpBytes: config.maxSdpBytes,
    trustedProxies: config.trustedProxies,
    allowedOrigins: config.allowedOrigins,
    iceServers: { stunUrls, turnUrls, turnUsername, turnPassword },
    settings: options.settings ?? [],
    pagesDirectory: pagesDirectory(options),
  });
}

/** Where the pages are: dist/web, from dist/server/ and from src/server/ alike, unless told otherwise. */
export function pagesDirectory(options: Pick<ServerOptions, 'pagesDirectory'>): string {
  return options.pagesDirectory ?? fileURLToPath(new URL('../../dist/web', import.meta.url));
}
