/** Starts the server's parts in their order, and ends them in theirs; docs/closures.md says what closes what. */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { pagesDirectory } from './server/http.ts';
import { listen } from './server/listen.ts';
import { startWorkers } from './server/media-workers.ts';
import { openDatabase } from './server/open-database.ts';
import { buildParts, type ServerParts } from './server/parts.ts';
import type { ServerOptions } from './server/server-options.ts';
import { startUpNotice } from './server/start-up-notice.ts';
import { readTlsFiles, reloadTls } from './server/tls.ts';

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

/** Starts the server. Rejects with a StartError where it cannot; then nothing of it is left. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const tls = readTlsFiles(options.config);
  const database = await openDatabase(options.config);
  try {
    const parts = await buildParts(options, database, tls);
    return await startParts(parts, options).catch(async (error: unknown) => {
      await closeParts(parts, 0);
      throw error;
    });
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Starts all parts. Where one cannot start, those before it run. */
async function startParts(parts: ServerParts, options: ServerOptions): Promise<Server> {
  const { config, app, events, chat, sessionEnder, recordings, pool, history } = parts;
  // HTTP first: a port in use is found before any process is started. /readyz says "starting" meanwhile.
  const http = await listen(app, config.httpAddress);
  events.start();
  chat.start();
  sessionEnder.start();
  // What the last end left unfinished is finished before anything new is recorded.
  await recordings.start();
  await startWorkers(pool);
  history.start();
  parts.state = 'ready';
  announce(parts, http, options);
  return serverOf(parts, http);
}

/** Closes all parts but the database, also those that have never started. `grace`: milliseconds for the media side. */
async function closeParts(parts: ServerParts, grace: number): Promise<void> {
  const { app, events, chat, sessionEnder, recordings, pool, history } = parts;
  history.stop();
  sessionEnder.stop();
  chat.stop();
  await pool.stop(grace);
  // The workers have told the end of what they recorded.
  await recordings.stop();
  await app.close();
  await events.stop();
}

function serverOf(parts: ServerParts, http: AddressInfo): Server {
  const { pool, app, config, log } = parts;
  let stopping: Promise<void> | undefined;
  return {
    http,
    udpPorts: pool.udpPorts,
    tcpPorts: pool.tcpPorts,
    get workerPids() {
      return pool.pids;
    },
    stop: () => (stopping ??= stop(parts)),
    reloadTls: () => reloadTls(app.server, config, log),
    kill: () => pool.kill(),
  };
}

/** How much of the shutdown time the media side may take; the rest is for requests that are still answered. */
const MEDIA_SHARE = 0.8;

async function stop(parts: ServerParts): Promise<void> {
  const { pool, app, config, log, database } = parts;
  parts.state = 'draining';
  log.logger.info(pool.counts(), 'draining: new sessions are refused');
  const cutOff = setTimeout(() => {
    pool.kill();
    app.server.closeAllConnections();
  }, config.shutdownTimeout);
  await closeParts(parts, config.shutdownTimeout * MEDIA_SHARE);
  database.close();
  clearTimeout(cutOff);
  log.logger.info('stopped');
}

/** Tells the operator where everything is. */
function announce({ config, log, pool, announced }: ServerParts, http: AddressInfo, options: ServerOptions): void {
  const { udpPorts, tcpPorts } = pool;
  const pages = existsSync(pagesDirectory(options));
  const notice = startUpNotice({ config, http, udpPorts, tcpPorts, announced, pages });
  log.announce('live-webrtc is ready', notice.facts, notice.warnings);
}
