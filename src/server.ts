/** Builds and wires the server's parts, starts them and ends them. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { ListenAddress } from './config/address-types.ts';
import type { Config } from './config/schema.ts';
import { SETTINGS } from './config/schema.ts';
import type { SettingInForce } from './config/settings-in-force.ts';
import { ServiceError } from './errors.ts';
import type { ServerState, TlsFiles } from './http/http-options.ts';
import { createHttpServer } from './http/http-server.ts';
import type { IceServers } from './http/ice-servers.ts';
import { RateLimiter } from './http/rate-limit.ts';
import { Metrics } from './metrics/metrics.ts';
import { ServerHistory } from './metrics/server-history.ts';
import { openModeration } from './moderation/moderation.ts';
import { Participants } from './moderation/participants.ts';
import { PIPE_KEY_BYTES } from './protocol/pipe/handshake.ts';
import { createAccessWebhook, createAuthenticator, createLogin, createTokenMinter } from './server/access.ts';
import { addressesToAnnounce } from './server/addresses.ts';
import { askPublicAddresses } from './server/ask-public-address.ts';
import { createChat, type ServerChat } from './server/chat.ts';
import { createLog } from './server/log.ts';
import type { LogSink, ServerLog } from './server/log.ts';
import { openDatabase } from './server/open-database.ts';
import { createEvents, type ServerEvents } from './server/events.ts';
import { poolEvents } from './server/pool-events.ts';
import { createRecordings, recordingOptions } from './server/recordings.ts';
import type { ServerRecordings } from './server/recordings.ts';
import { SessionEnder } from './server/session-ender.ts';
import { StartError } from './server/start-error.ts';
import { startUpNotice } from './server/start-up-notice.ts';
import { readTlsFiles } from './server/tls.ts';
import { workerLaunch } from './server/worker-launch.ts';
import type { Database } from './store/database.ts';
import { loadLimits } from './worker-pool/worker-load.ts';
import type { LoadLimits } from './worker-pool/worker-load.ts';
import { WorkerPool } from './worker-pool/worker-pool.ts';

export interface ServerOptions {
  config: Config;
  /** The same as it was written, for operators to see. */
  settings?: readonly SettingInForce[];
  /** The environment that workers inherit, settings left out. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Where the log goes; standard output otherwise. */
  logSink?: LogSink;
  /** Another worker program than this server's own, for tests. */
  workerEntry?: string;
  /** Other limits than the usual ones beyond which a worker takes no more sessions, for tests. */
  loadLimits?: Partial<LoadLimits>;
  /** Folder of the built pages; dist/web otherwise. */
  pagesDirectory?: string;
}

export interface Server {
  /** Where HTTP listens. */
  readonly http: AddressInfo;
  readonly udpPorts: readonly number[];
  readonly tcpPorts: readonly number[];
  /** Process ids of the media workers that run. */
  readonly workerPids: readonly number[];
  /** Refuses new sessions, ends the others, closes everything; cuts off what is left after SHUTDOWN_TIMEOUT. */
  stop(): Promise<void>;
  /** Reads the certificate of HTTPS again; connections that exist keep the old one. */
  reloadTls(): void;
  /** Ends the workers at once. */
  kill(): void;
}

/** Starts the server. Rejects with a StartError where it cannot. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const tls = readTlsFiles(options.config);
  const database = await openDatabase(options.config);
  try {
    return await startParts(options, tls, database);
  } catch (error) {
    database.close();
    throw error;
  }
}

async function startParts(options: ServerOptions, tls: TlsFiles | undefined, database: Database): Promise<Server> {
  const { config } = options;
  const log = createLog({ level: config.logLevel, format: config.logFormat }, options.logSink);
  const announced = await announcedAddresses(config, log);
  const pagesDirectory = options.pagesDirectory ?? builtPages();
  let state: ServerState = 'starting';
  const metrics = new Metrics();
  const login = createLogin(config, database);
  const participants = new Participants();
  const moderation = openModeration(database, { auditRetentionMs: config.auditRetention * DAY });
  const events = createEvents(config, { database, log, metrics, participants, bans: moderation.bans });
  const recordings = await createRecordings(config, { log, metrics, events: events.recordings });
  const chat = createChat({ config, database, moderation, log });
  const pool = new WorkerPool({
    launch: workerLaunch(options),
    workers: config.mediaWorkers,
    worker: {
      udpPort: config.udpPort,
      tcpPort: config.tcpPort,
      announcedAddresses: announced,
      roomLingerMs: config.roomLinger,
      gopCacheMs: config.gopCache,
      pipeKey: randomBytes(PIPE_KEY_BYTES).toString('base64'),
      recording: recordingOptions(config),
      logLevel: config.logLevel,
    },
    limits: {
      subscribersPerRoom: config.maxSubscribersPerRoom,
      rooms: config.maxRooms,
      subscribers: config.maxViewers,
      publisherTakeover: config.publisherTakeover,
      waitForPublisher: config.waitForPublisher,
    },
    loadLimits: { ...loadLimits(config.workerLoadLimit / 100), ...options.loadLimits },
    events: poolEvents({ log, metrics, recordings, participants, roomEvents: events.rooms }),
  });
  const history = new ServerHistory({ workers: () => pool.metrics(), counts: () => pool.counts() });
  const app = await createHttpServer({
    rooms: pool,
    access: createAuthenticator(config, login, moderation.roomSettings),
    login,
    accessWebhook: createAccessWebhook(config),
    minter: createTokenMinter(config),
    participants,
    moderation,
    chat: chat.chat,
    maxChatsPerAddress: config.maxChatsPerAddress,
    sessionGraceMs: config.jwtGrace,
    eventReaders: events.readers,
    recordings: recordings.library,
    links: recordings.links,
    isRecordingOn: config.recordEnabled,
    storeOrigin: recordings.storeOrigin,
    log: log.logger,
    state: () => (state === 'ready' && !pool.ready ? 'starting' : state),
    metrics,
    metricSources: {
      workers: () => pool.metrics(),
      counts: () => pool.counts(),
      recordings: () => recordings.figures(),
    },
    history,
    settings: options.settings ?? [],
    metricsToken: config.metricsToken,
    iceServers: iceServersOf(config),
    rateLimiter: new RateLimiter({ perSecond: config.rateLimitPerSecond, burst: config.rateLimitBurst }),
    maxConnectionsPerAddress: config.maxConnectionsPerAddress,
    trustedProxies: config.trustedProxies,
    allowedOrigins: config.allowedOrigins,
    maxSdpBytes: config.maxSdpBytes,
    pagesDirectory,
    tls,
  });
  const sessionEnder = new SessionEnder(participants, pool, log);
  // HTTP first: a port in use is found before any process is started. /readyz says "starting" meanwhile.
  const http = await listen(app, config.httpAddress);
  events.start();
  await startMedia(pool, recordings).catch(async (error: unknown) => {
    sessionEnder.stop();
    chat.stop();
    await recordings.stop();
    await events.stop();
    await app.close();
    throw error;
  });
  state = 'ready';
  history.start();
  const { udpPorts, tcpPorts } = pool;
  const notice = startUpNotice({ config, http, udpPorts, tcpPorts, announced, pages: existsSync(pagesDirectory) });
  log.announce('live-webrtc is ready', notice.facts, notice.warnings);

  let stopping: Promise<void> | undefined;
  return {
    http,
    udpPorts,
    tcpPorts,
    get workerPids() {
      return pool.pids;
    },
    stop() {
      state = 'draining';
      history.stop();
      stopping ??= stopAll(
        { pool, app, chat, recordings, events, sessionEnder, database },
        log,
        config.shutdownTimeout,
      );
      return stopping;
    },
    reloadTls: () => reloadTls(app, config, log),
    kill: () => pool.kill(),
  };
}

/** Milliseconds. */
const DAY = 86_400_000;

async function announcedAddresses({ publicAddresses, stunUrls }: Config, { logger }: ServerLog): Promise<string[]> {
  if (!publicAddresses.askStun) return addressesToAnnounce(publicAddresses);
  const addresses = await askPublicAddresses(stunUrls);
  if (addresses.length === 0) {
    logger.warn(`No server of ${SETTINGS.stunUrls.name} has told the public address of this machine.`);
  }
  return addressesToAnnounce({ ...publicAddresses, addresses });
}

function iceServersOf({ stunUrls, turnUrls, turnUsername, turnPassword }: Config): IceServers {
  return { stunUrls, turnUrls, turnUsername, turnPassword };
}

/** What the last end left unfinished is finished before anything new is recorded. */
async function startMedia(pool: WorkerPool, recordings: ServerRecordings): Promise<void> {
  await recordings.start();
  try {
    await pool.start();
  } catch (error) {
    const reason = error instanceof ServiceError ? (error.detail ?? 'it ended before it was ready.') : String(error);
    throw new StartError(`The media worker cannot start: ${reason}`, { cause: error });
  }
}

/** How much of the shutdown time the media side may take; the rest is for requests that are still answered. */
const MEDIA_SHARE = 0.8;

interface Parts {
  pool: WorkerPool;
  app: FastifyInstance;
  chat: ServerChat;
  recordings: ServerRecordings;
  events: ServerEvents;
  sessionEnder: SessionEnder;
  database: Database;
}

async function stopAll(parts: Parts, log: ServerLog, timeout: number): Promise<void> {
  const { pool, app, chat, recordings, events, sessionEnder, database } = parts;
  log.logger.info(pool.counts(), 'draining: new sessions are refused');
  const cutOff = setTimeout(() => {
    pool.kill();
    app.server.closeAllConnections();
  }, timeout);
  sessionEnder.stop();
  chat.stop();
  await pool.stop(timeout * MEDIA_SHARE);
  // The workers have told the end of what they recorded.
  await recordings.stop();
  await app.close();
  await events.stop();
  database.close();
  clearTimeout(cutOff);
  log.logger.info('stopped');
}

function reloadTls(app: FastifyInstance, config: Config, { logger }: ServerLog): void {
  if (!(app.server instanceof TlsServer)) return;
  try {
    const files = readTlsFiles(config);
    if (files !== undefined) app.server.setSecureContext(files);
    logger.info('the certificate has been read again');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.error({ reason }, 'the certificate stays as it was');
  }
}

async function listen(app: FastifyInstance, { host, port }: ListenAddress): Promise<AddressInfo> {
  try {
    await listenOn(app, host === '' ? ['::', '0.0.0.0'] : [host], port);
  } catch (error) {
    await app.close();
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = LISTEN_FAULTS[code ?? ''] ?? message;
    throw new StartError(`HTTP cannot listen on ${host}:${port} (${SETTINGS.httpAddress.name}): ${reason}.`, {
      cause: error,
    });
  }
  return app.server.address() as AddressInfo;
}

/** Listens on the first host that this machine has: one without IPv6 has no '::'. */
async function listenOn(app: FastifyInstance, hosts: readonly string[], port: number): Promise<void> {
  const [host, ...others] = hosts;
  try {
    await app.listen({ host: host ?? '', port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (others.length === 0 || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error;
    await listenOn(app, others, port);
  }
}

const LISTEN_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port',
  EACCES: 'this user may not open this port; ports below 1024 need a privilege',
  EADDRNOTAVAIL: 'this machine does not have this address',
  ENOTFOUND: 'this name has no address',
};

/** dist/web, from dist/server.js and from src/server.ts alike. */
function builtPages(): string {
  return fileURLToPath(new URL('../dist/web', import.meta.url));
}
