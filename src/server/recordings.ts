/** Wires what the server does with recordings: the recorder's events, the shelf, links, uploads and retention. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { SETTINGS } from '../config/schema.ts';
import type { Config } from '../config/schema.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RecordingFigures } from '../metrics/recording-figures.ts';
import { Catalogue } from '../recording/catalogue.ts';
import type { RecordingInfo } from '../recording/recording-info.ts';
import { RecordingLibrary } from '../recording/recording-library.ts';
import type { RecordingOptions } from '../recording/recording-options.ts';
import { Retention } from '../recording/retention.ts';
import { linkKeyOf, SignedLinks } from '../recording/signed-links.ts';
import type { UploadQueue } from '../recording/upload/upload-queue.ts';
import type { RecordingEvent } from '../worker-protocol.ts';
import { guestRoleOf } from './access.ts';
import type { ServerLog } from './log.ts';
import type { RecordingEvents } from './recording-events.ts';
import { StartError } from './start-error.ts';
import { finishUnfinished } from './unfinished-recordings.ts';
import { createUploads } from './uploads.ts';

/** How long the media workers of a server that was killed are waited for at the start: milliseconds. */
const REPAIR_PATIENCE = 2000;
/** How often RECORD_RETENTION is looked after: milliseconds. The end of a recording is another occasion. */
const RETENTION_INTERVAL = 60_000;

export interface ServerRecordings {
  readonly library: RecordingLibrary;
  /** Undefined where no token is configured. */
  readonly links: SignedLinks | undefined;
  /** Where browsers get uploaded recordings from; undefined where nothing is uploaded. */
  readonly storeOrigin: string | undefined;
  figures(): RecordingFigures;
  /** Reads what is there. To be called before anything records. */
  start(): Promise<void>;
  onRecording(event: RecordingEvent): void;
  onWorkerDied(): Promise<void>;
  /** Ends what goes on; what is not done stays for the next start. */
  stop(): Promise<void>;
}

export interface RecordingSinks {
  log: ServerLog;
  metrics: Metrics;
  events: RecordingEvents;
}

/** Builds the parts; nothing is read or written before `start`. */
export async function createRecordings(
  config: Config,
  { log, metrics, events }: RecordingSinks,
): Promise<ServerRecordings> {
  const directory = resolve(config.recordDirectory);
  const catalogue = new Catalogue({ directory, log: log.logger });
  const uploads = await createUploads(config, {
    ...{ directory, catalogue, metrics, log: log.logger },
    onEnded: (result, info) => events.uploadEnded(result, info),
  });
  const retention = createRetention(config, { catalogue, uploads: uploads?.queue, log, metrics });
  const onRecording = ({ type, info }: RecordingEvent): void => {
    logRecording(log, type, info);
    // Without any frame, nothing is left of it.
    if (type === 'ended' && info.files.length === 0) catalogue.forget(info.id);
    else catalogue.set(info);
    if (type !== 'ended') return;
    events.recordingEnded(info);
    uploads?.queue.add(info);
    retention?.look();
  };
  const unfinished = { directory, catalogue, onRecording };
  let timer: NodeJS.Timeout | undefined;
  return {
    library: new RecordingLibrary({ catalogue, uploads: uploads?.queue, directory }),
    links: linksOf(config),
    storeOrigin: uploads?.origin,
    figures: () => ({ ...catalogue.totals(), queue: uploads?.queue.length ?? 0 }),
    async start() {
      if (config.recordEnabled) makeWritable(directory);
      await catalogue.refresh();
      await finishUnfinished(unfinished, REPAIR_PATIENCE);
      await uploads?.queue.start();
      if (uploads === undefined) warnOfWaiting(catalogue, log);
      retention?.look();
      timer = retention === undefined ? undefined : setInterval(retention.look, RETENTION_INTERVAL);
    },
    onRecording,
    async onWorkerDied() {
      await finishUnfinished(unfinished, 0, 'The media worker died.').catch((error: unknown) => {
        log.logger.error({ reason: String(error) }, 'the recordings of a worker that died cannot be finished');
      });
    },
    async stop() {
      clearInterval(timer);
      await uploads?.queue.stop();
      uploads?.close();
      await retention?.stop();
    },
  };
}

function makeWritable(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { name } = SETTINGS.recordDirectory;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${name}=${directory} cannot be written: ${reason}`, { cause: error });
  }
}

interface RetentionParts {
  catalogue: Catalogue;
  uploads: UploadQueue | undefined;
  log: ServerLog;
  metrics: Metrics;
}

interface RetentionWatch {
  look: () => void;
  stop: () => Promise<void>;
}

/** Undefined where everything is kept. */
function createRetention(
  config: Config,
  { catalogue, uploads, log, metrics }: RetentionParts,
): RetentionWatch | undefined {
  const limits = config.recordRetention;
  if (limits.age === undefined && limits.size === undefined) return undefined;
  const retention = new Retention({
    catalogue,
    limits,
    log: log.logger,
    isWaiting: ({ id, state }) =>
      uploads === undefined ? state === 'uploading' : state !== 'uploaded' || uploads.isWaiting(id),
    onRemoved: () => metrics.recordingRemoved(),
  });
  let running = Promise.resolve();
  return {
    look() {
      running = retention.enforce(Date.now()).catch((error: unknown) => {
        log.logger.error({ reason: String(error) }, 'RECORD_RETENTION cannot be looked after');
      });
    },
    stop: () => running,
  };
}

/** Where the settings have secrets, the key comes from them, so that links outlive a restart. */
function linksOf(config: Config): SignedLinks | undefined {
  const { authToken, roomTokens, jwtSecret, jwtKeySetUrl, oidcIssuer, adminToken } = config;
  // An admin may close a room to guests.
  const hasAdmins = [adminToken, jwtSecret, jwtKeySetUrl, oidcIssuer].some((text) => text !== '');
  if (guestRoleOf(config) !== undefined && roomTokens.size === 0 && !hasAdmins) return undefined;
  const secrets = [authToken, jwtSecret, adminToken, ...[...roomTokens].flat()];
  // Without a secret the key is one of chance, and links end with the server.
  return secrets.every((secret) => secret === '') ? new SignedLinks() : new SignedLinks(linkKeyOf(secrets));
}

function warnOfWaiting(catalogue: Catalogue, { logger }: ServerLog): void {
  const recordings = catalogue.totals().states.uploading;
  if (recordings > 0) logger.warn({ recordings }, 'recordings wait for an upload while UPLOAD_RECORDINGS is 0');
}

/** What the workers' recorders are told; undefined where nothing is recorded. */
export function recordingOptions(config: Config): RecordingOptions | undefined {
  if (!config.recordEnabled) return undefined;
  return {
    directory: resolve(config.recordDirectory),
    elementary: config.recordFormats.includes('elementary'),
    muxed: config.recordFormats.includes('muxed'),
    segmentMs: config.recordSegment,
    minimumFreeBytes: config.recordMinFree,
  };
}

function logRecording({ logger }: ServerLog, type: RecordingEvent['type'], info: RecordingInfo): void {
  const facts = { room: info.room, recording: info.id };
  switch (type) {
    case 'started':
      logger.info({ ...facts, files: info.files.map(({ name }) => name) }, 'recording started');
      return;
    case 'changed':
      return;
    case 'ended': {
      const ended = { ...facts, seconds: info.duration, bytes: info.files.reduce((sum, { size }) => sum + size, 0) };
      if (info.error === undefined) logger.info(ended, 'recording ended');
      else logger.error({ ...ended, reason: info.error }, 'recording failed');
    }
  }
}
