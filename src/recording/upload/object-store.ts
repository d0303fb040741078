/** What the uploads need of an object store, and how it says no. */

export interface StoredObject {
  /** Bytes. */
  size: number;
  /** Without quotes. */
  etag: string;
  /** Encrypted with a key that makes the ETag something else than an MD5 sum. */
  hasOpaqueTag: boolean;
}

/** One part of a multipart upload as the store confirmed it. */
export interface StoredPart {
  /** As the store gave it, for the end of the upload. */
  etag: string;
  /** MD5 of the part, in hexadecimal digits. */
  md5: string;
}

/** A place for objects, such as a bucket. Every call rejects with a StoreFault where it fails. */
export interface ObjectStore {
  put(key: string, body: Uint8Array, md5: string, signal: AbortSignal): Promise<void>;
  /** Returns the upload's id. */
  startMultipart(key: string, signal: AbortSignal): Promise<string>;
  /** `number` counts from 1. Returns the part's ETag. */
  putPart(part: PartUpload, signal: AbortSignal): Promise<string>;
  completeMultipart(key: string, uploadId: string, parts: readonly StoredPart[], signal: AbortSignal): Promise<void>;
  /** Drops what an upload has stored; an upload that is not there is as good as dropped. */
  abortMultipart(key: string, uploadId: string): Promise<void>;
  /** Undefined where there is no such object. */
  head(key: string, signal: AbortSignal): Promise<StoredObject | undefined>;
  /** An object that is not there is as good as removed. */
  remove(bucket: string, key: string): Promise<void>;
  /** A URL that opens an object for so many seconds. */
  link(bucket: string, key: string, seconds: number): Promise<string>;
}

export interface PartUpload {
  key: string;
  uploadId: string;
  number: number;
  body: Uint8Array;
  /** Of the body, in hexadecimal digits. */
  md5: string;
}

/** A call that did not do what it should. */
export class StoreFault extends Error {
  /** The store's own word, such as NoSuchBucket. */
  readonly code: string;
  /** False where trying again can help: the network, an overloaded server. */
  readonly isRefusal: boolean;

  constructor(code: string, message: string, isRefusal: boolean) {
    super(message);
    this.name = 'StoreFault';
    this.code = code;
    this.isRefusal = isRefusal;
  }
}
