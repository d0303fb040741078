/** An object store that speaks S3: Amazon's, MinIO, and others that know no newer part of it than multipart uploads. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { mediaTypeOf } from '../media-types.ts';
import { StoreFault } from './object-store.ts';
import type { ObjectStore, PartUpload, StoredObject, StoredPart } from './object-store.ts';

export interface S3Options {
  /** URL of the server. */
  endpoint: string;
  region: string;
  bucket: string;
  accessKey: string;
  secretKey: string;
  /** The bucket in the path of URLs; otherwise in their host. */
  pathStyle: boolean;
  /** Milliseconds until a connection must stand. */
  connectTimeout?: number;
  /** Milliseconds without a byte in either direction after which a connection is given up. */
  idleTimeout?: number;
}

const CONNECT_TIMEOUT = 10_000;
const IDLE_TIMEOUT = 60_000;

/** Refusals by which a server means "later". */
const TEMPORARY = new Set(['RequestTimeout', 'SlowDown', 'OperationAborted', 'BadDigest', 'IncompleteBody']);

export class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(options: S3Options) {
    this.#bucket = options.bucket;
    this.#client = new S3Client({
      endpoint: options.endpoint,
      region: options.region,
      credentials: { accessKeyId: options.accessKey, secretAccessKey: options.secretKey },
      forcePathStyle: options.pathStyle,
      // The queue waits longer between attempts, and remembers them.
      maxAttempts: 1,
      // Servers that are not Amazon's may not know the newer checksum headers; Content-MD5 they all know.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: options.connectTimeout ?? CONNECT_TIMEOUT,
        socketTimeout: options.idleTimeout ?? IDLE_TIMEOUT,
      },
    });
  }

  async put(key: string, body: Uint8Array, md5: string, abortSignal: AbortSignal): Promise<void> {
    const input = { Bucket: this.#bucket, Key: key, Body: body, ContentMD5: base64(md5), ContentType: typeOf(key) };
    await attempt(() => this.#client.send(new PutObjectCommand(input), { abortSignal }));
  }

  async startMultipart(key: string, abortSignal: AbortSignal): Promise<string> {
    const command = new CreateMultipartUploadCommand({ Bucket: this.#bucket, Key: key, ContentType: typeOf(key) });
    const { UploadId } = await attempt(() => this.#client.send(command, { abortSignal }));
    if (UploadId === undefined) throw new StoreFault('NoUploadId', 'The store gave no id for an upload.', false);
    return UploadId;
  }

  async putPart({ key, uploadId, number, body, md5 }: PartUpload, abortSignal: AbortSignal): Promise<string> {
    const place = { Bucket: this.#bucket, Key: key, UploadId: uploadId, PartNumber: number };
    const command = new UploadPartCommand({ ...place, Body: body, ContentMD5: base64(md5) });
    const { ETag } = await attempt(() => this.#client.send(command, { abortSignal }));
    if (ETag === undefined) throw new StoreFault('NoETag', 'The store gave no ETag for a part.', false);
    return ETag;
  }

  async completeMultipart(
    key: string,
    uploadId: string,
    parts: readonly StoredPart[],
    abortSignal: AbortSignal,
  ): Promise<void> {
    const Parts = parts.map(({ etag }, index) => ({ ETag: etag, PartNumber: index + 1 }));
    const place = { Bucket: this.#bucket, Key: key, UploadId: uploadId };
    const command = new CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts } });
    await attempt(() => this.#client.send(command, { abortSignal }));
  }

  async abortMultipart(key: string, uploadId: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: key, UploadId: uploadId });
    await attempt(() => this.#client.send(command)).catch((error: unknown) => {
      // A server that cannot drop parts has ways of its own to get rid of them.
      const isUnknown = error instanceof StoreFault && ['MethodNotAllowed', 'NotImplemented'].includes(error.code);
      if (!isUnknown) ignoreMissing(error);
    });
  }

  async head(key: string, abortSignal: AbortSignal): Promise<StoredObject | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key });
    const found = await attempt(() => this.#client.send(command, { abortSignal })).catch(ignoreMissing);
    if (found === undefined) return undefined;
    const { ContentLength, ETag, ServerSideEncryption, SSECustomerAlgorithm } = found;
    const etag = ETag?.replace(/^W\//, '').replaceAll('"', '') ?? '';
    const hasOpaqueTag = SSECustomerAlgorithm !== undefined || ServerSideEncryption?.startsWith('aws:') === true;
    return { size: ContentLength ?? -1, etag, hasOpaqueTag };
  }

  async remove(bucket: string, key: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: bucket, Key: key });
    await attempt(() => this.#client.send(command)).catch(ignoreMissing);
  }

  link(bucket: string, key: string, expiresIn: number): Promise<string> {
    return getSignedUrl(this.#client, new GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn });
  }

  /** Ends idle connections. */
  close(): void {
    this.#client.destroy();
  }
}

async function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw faultOf(error);
  }
}

function faultOf(error: unknown): StoreFault {
  if (!(error instanceof Error)) return new StoreFault('Unknown', String(error), false);
  const { code } = error as NodeJS.ErrnoException;
  if (!(error instanceof S3ServiceException)) return new StoreFault(code ?? error.name, error.message, false);
  const status = error.$metadata.httpStatusCode ?? 0;
  const isRefusal = status >= 300 && status < 500 && status !== 408 && status !== 429 && !TEMPORARY.has(error.name);
  // The answer to a HEAD has no body that could say more than the status.
  const name = error.name === 'UnknownError' || error.name === 'Error' ? `HTTP ${status}` : error.name;
  return new StoreFault(status === 404 && name === 'HTTP 404' ? 'NotFound' : name, error.message, isRefusal);
}

/** What is missing from a bucket; a bucket that is missing is another matter. */
function ignoreMissing(error: unknown): undefined {
  const isMissing = error instanceof StoreFault && ['NoSuchUpload', 'NoSuchKey', 'NotFound'].includes(error.code);
  if (!isMissing) throw error;
}

function base64(md5: string): string {
  return Buffer.from(md5, 'hex').toString('base64');
}

function typeOf(key: string): string {
  return mediaTypeOf(key) ?? 'application/octet-stream';
}
