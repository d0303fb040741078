/** Wires the uploads of recordings to an S3 server. */
import type { Config } from '../config/schema.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { RecordingInfo } from '../recording/recording-info.ts';
import type { Catalogue } from '../recording/catalogue.ts';
import type { RecordingLog } from '../recording/recording-log.ts';
import { UploadQueue } from '../recording/upload/upload-queue.ts';

const DEFAULT_REGION = 'us-east-1';

export interface UploadParts {
  /** RECORD_DIR, absolute. */
  directory: string;
  catalogue: Catalogue;
  log: RecordingLog;
  metrics: Metrics;
  /** An upload has ended, well or for good. */
  onEnded: (result: 'done' | 'failed', info: RecordingInfo) => void;
}

export interface ServerUploads {
  readonly queue: UploadQueue;
  /** Scheme, host and port of links into the store. */
  readonly origin: string;
  close(): void;
}

/** Undefined where nothing is uploaded. */
export async function createUploads(config: Config, parts: UploadParts): Promise<ServerUploads | undefined> {
  if (!config.uploadRecordings) return undefined;
  // The SDK takes memory and time that a server without uploads need not spend.
  const { S3Store } = await import('../recording/upload/s3-store.ts');
  const store = new S3Store({
    endpoint: endpointUrl(config),
    region: config.s3Region === '' ? DEFAULT_REGION : config.s3Region,
    bucket: config.s3Bucket,
    accessKey: config.s3AccessKey,
    secretKey: config.s3SecretKey,
    pathStyle: config.s3PathStyle,
  });
  const { directory, catalogue, log, metrics, onEnded } = parts;
  const queue = new UploadQueue({
    directory,
    catalogue,
    store,
    place: { bucket: config.s3Bucket, prefix: config.s3Prefix },
    deleteAfterUpload: config.deleteAfterUpload,
    log,
    onResult(result, bytes, id) {
      metrics.uploaded(result, bytes);
      const info = catalogue.get(id);
      if (result !== 'retried' && info !== undefined) onEnded(result, info);
    },
  });
  const { origin } = new URL(await store.link(config.s3Bucket, 'any', 1));
  return { queue, origin, close: () => store.close() };
}

/** The server's URL. */
function endpointUrl({ s3Endpoint, s3UseSsl }: Pick<Config, 's3Endpoint' | 's3UseSsl'>): string {
  const address = s3Endpoint.replace(/\/$/, '');
  if (/^https?:\/\//.test(address)) return address;
  return `${s3UseSsl ? 'https' : 'http'}://${address}`;
}
