/** Wires what the server does with recordings: the recorder's events, the shelf, links, uploads and retention. */
import { resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { Catalogue } from '../recording/catalogue.ts';
import type { RecordingInfo } from '../recording/recording-info.ts';
import { RecordingLibrary } from '../recording/recording-library.ts';
import type { RecordingOptions } from '../recording/recording-options.ts';
import { linkKeyOf, SignedLinks } from '../recording/signed-links.ts';
import type { RecordingEvent } from '../worker-protocol.ts';
import type { ServerLog } from './log.ts';

export interface ServerRecordings {
  readonly library: RecordingLibrary;
  /** Undefined where no token is configured. */
  readonly links: SignedLinks | undefined;
  /** Reads what is there. To be called before anything records. */
  start(): Promise<void>;
  onRecording(event: RecordingEvent): void;
  /** Ends what goes on; what is not done stays for the next start. */
  stop(): Promise<void>;
}

/** Builds the parts; nothing is read or written before `start`. */
export function createRecordings(config: Config, log: ServerLog): ServerRecordings {
  const directory = resolve(config.recordDirectory);
  const catalogue = new Catalogue({ directory, log: log.logger });
  return {
    library: new RecordingLibrary({ catalogue, uploads: undefined, directory }),
    links: linksOf(config),
    async start() {
      await catalogue.load();
    },
    onRecording({ type, info }) {
      logRecording(log, type, info);
      catalogue.set(info);
    },
    stop: () => Promise.resolve(),
  };
}

/** The links outlive a restart: their key comes from the tokens. */
function linksOf({ authToken, roomTokens }: Config): SignedLinks | undefined {
  if (authToken === '' && roomTokens.size === 0) return undefined;
  return new SignedLinks(linkKeyOf([authToken, ...[...roomTokens].flat()]));
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
