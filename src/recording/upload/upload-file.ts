/** Brings one file into the store, from where the last attempt has come to, and confirms that it is there as it is here. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { StoreFault } from './object-store.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import type { FileUpload } from './upload-job.ts';

const MEBIBYTE = 1024 * 1024;
/** A larger file goes in parts of at least this size. Memory holds one part. */
const PART_SIZE = 8 * MEBIBYTE;
/** What S3 allows. */
const MAX_PARTS = 10_000;

/** 'noted': nothing is stored that was not. 'part': the store has one more. 'confirmed': the file is there. */
export type UploadStep = 'noted' | 'part' | 'confirmed';

export interface FileUploadOptions {
  store: ObjectStore;
  /** The object. */
  key: string;
  /** The file. */
  path: string;
  signal: AbortSignal;
  /** Called whenever `file` has changed. */
  save: (step: UploadStep) => Promise<void>;
}

/** Uploads a file. `file` says how far it is. Rejects with a StoreFault, or with a fault of the disk. */
export async function uploadFile(file: FileUpload, options: FileUploadOptions): Promise<void> {
  if (file.state === 'confirmed') return;
  const handle = await openExisting(options.path);
  try {
    await noteSize(file, handle, options);
    // The last attempt may have ended between the store's last step and its answer.
    if (file.state === 'begun' && (await isStored(file, handle, options))) {
      await confirm(file, options);
      return;
    }
    if (file.state === 'waiting') {
      file.state = 'begun';
      await options.save('noted');
    }
    if (file.size <= PART_SIZE) await putWhole(file, handle, options);
    else await putParts(file, handle, options);
    if (await isStored(file, handle, options)) {
      await confirm(file, options);
      return;
    }
  } finally {
    await handle.close();
  }
  file.multipart = undefined;
  await options.save('noted');
  throw new StoreFault('Mismatch', 'Size or checksum in the store differ from those of the file.', true);
}

async function openExisting(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new StoreFault('NoSuchFile', 'The file is not on the disk any more.', true);
  }
}

/** A file that is not as it was begins anew. */
async function noteSize(file: FileUpload, handle: FileHandle, { store, key }: FileUploadOptions): Promise<void> {
  const { size } = await handle.stat();
  if (size === file.size) return;
  if (file.multipart !== undefined) await store.abortMultipart(key, file.multipart.uploadId);
  file.size = size;
  file.multipart = undefined;
}

async function confirm(file: FileUpload, { save }: FileUploadOptions): Promise<void> {
  file.state = 'confirmed';
  file.multipart = undefined;
  await save('confirmed');
}

async function putWhole(file: FileUpload, handle: FileHandle, options: FileUploadOptions): Promise<void> {
  const body = await readPart(handle, 0, file.size);
  await options.store.put(options.key, body, md5Of(body), options.signal);
}

async function putParts(file: FileUpload, handle: FileHandle, options: FileUploadOptions): Promise<void> {
  const { store, key, signal, save } = options;
  try {
    if (file.multipart === undefined) {
      const uploadId = await store.startMultipart(key, signal);
      file.multipart = { uploadId, partSize: partSizeOf(file.size), parts: [] };
      await save('noted');
    }
    const { uploadId, partSize, parts } = file.multipart;
    while (parts.length * partSize < file.size) {
      const position = parts.length * partSize;
      const body = await readPart(handle, position, Math.min(partSize, file.size - position));
      const md5 = md5Of(body);
      const etag = await store.putPart({ key, uploadId, number: parts.length + 1, body, md5 }, signal);
      parts.push({ etag, md5 });
      await save('part');
    }
    await store.completeMultipart(key, uploadId, parts, signal);
  } catch (error) {
    if (!(error instanceof StoreFault) || !STALE_UPLOAD.has(error.code)) throw error;
    // The store has forgotten the upload, or knows other parts of it.
    file.multipart = undefined;
    await save('noted');
    throw new StoreFault(error.code, error.message, false);
  }
}

const STALE_UPLOAD: ReadonlySet<string> = new Set(['NoSuchUpload', 'InvalidPart', 'InvalidPartOrder']);

/** Whether the store has the file with its size and, where its ETag is made of MD5 sums, its content. */
async function isStored(file: FileUpload, handle: FileHandle, options: FileUploadOptions): Promise<boolean> {
  const found = await options.store.head(options.key, options.signal);
  if (found?.size !== file.size) return false;
  return !hasChecksum(found) || found.etag === (await expectedTag(file, handle, found));
}

/** Other ETags tell nothing; then each request's Content-MD5 has been checked by the store. */
function hasChecksum({ etag, hasOpaqueTag }: StoredObject): boolean {
  return !hasOpaqueTag && /^[\da-f]{32}(?:-\d{1,5})?$/.test(etag);
}

/** The MD5 of the content, or that of the parts' MD5 sums and their number, whichever kind the store has. */
async function expectedTag(file: FileUpload, handle: FileHandle, { etag }: StoredObject): Promise<string> {
  if (!etag.includes('-')) return md5OfFile(handle, file.size);
  const parts = file.multipart?.parts.map(({ md5 }) => md5) ?? (await md5OfParts(handle, file.size));
  const sum = createHash('md5');
  for (const md5 of parts) sum.update(Buffer.from(md5, 'hex'));
  return `${sum.digest('hex')}-${parts.length}`;
}

async function md5OfFile(handle: FileHandle, size: number): Promise<string> {
  const sum = createHash('md5');
  for (let position = 0; position < size; position += PART_SIZE) {
    sum.update(await readPart(handle, position, Math.min(PART_SIZE, size - position)));
  }
  return sum.digest('hex');
}

async function md5OfParts(handle: FileHandle, size: number): Promise<string[]> {
  const partSize = partSizeOf(size);
  const sums: string[] = [];
  for (let position = 0; position < size; position += partSize) {
    sums.push(md5Of(await readPart(handle, position, Math.min(partSize, size - position))));
  }
  return sums;
}

/** The smallest size in whole mebibytes with which the file fits into as many parts as there may be. */
function partSizeOf(size: number): number {
  return Math.max(PART_SIZE, Math.ceil(size / MAX_PARTS / MEBIBYTE) * MEBIBYTE);
}

async function readPart(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new StoreFault('ShortFile', 'The file has become shorter while it was read.', false);
    filled += bytesRead;
  }
  return bytes;
}

function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
