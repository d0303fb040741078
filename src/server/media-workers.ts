/** The media workers, as the settings want them. */
import { randomBytes } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import { ServiceError } from '../errors.ts';
import { PIPE_KEY_BYTES } from '../protocol/pipe/handshake.ts';
import { loadLimits } from '../worker-pool/worker-load.ts';
import { WorkerPool } from '../worker-pool/worker-pool.ts';
import type { WorkerPoolEvents } from '../worker-pool/worker-pool.ts';
import type { WorkerOptions } from '../worker-protocol.ts';
import { recordingOptions } from './recordings.ts';
import type { ServerOptions } from './server-options.ts';
import { StartError } from './start-error.ts';
import { workerLaunch } from './worker-launch.ts';

export interface MediaWorkerParts {
  /** The addresses that clients are told. */
  announced: readonly string[];
  events: WorkerPoolEvents;
}

/** Builds what starts the workers; none runs yet. */
export function createWorkerPool(options: ServerOptions, { announced, events }: MediaWorkerParts): WorkerPool {
  const { config } = options;
  return new WorkerPool({
    launch: workerLaunch(options),
    workers: config.mediaWorkers,
    worker: workerOptions(config, announced),
    limits: {
      subscribersPerRoom: config.maxSubscribersPerRoom,
      rooms: config.maxRooms,
      subscribers: config.maxViewers,
      publisherTakeover: config.publisherTakeover,
      waitForPublisher: config.waitForPublisher,
    },
    loadLimits: { ...loadLimits(config.workerLoadLimit / 100), ...options.loadLimits },
    events,
  });
}

function workerOptions(config: Config, announced: readonly string[]): WorkerOptions {
  return {
    udpPort: config.udpPort,
    tcpPort: config.tcpPort,
    announcedAddresses: [...announced],
    roomLingerMs: config.roomLinger,
    gopCacheMs: config.gopCache,
    pipeKey: randomBytes(PIPE_KEY_BYTES).toString('base64'),
    recording: recordingOptions(config),
    logLevel: config.logLevel,
  };
}

/** Starts the workers. Rejects with a StartError where one of them cannot; then none runs. */
export async function startWorkers(pool: WorkerPool): Promise<void> {
  try {
    await pool.start();
  } catch (error) {
    const reason = error instanceof ServiceError ? (error.detail ?? 'it ended before it was ready.') : String(error);
    throw new StartError(`The media worker cannot start: ${reason}`, { cause: error });
  }
}
