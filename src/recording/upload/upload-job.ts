/** What is known of an upload that is not done: a file in RECORD_DIR/.uploads holds it, so that a restart goes on. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { UploadedTo } from '../recording-info.ts';
import { sidecarId, sidecarName } from '../parse-recording-info.ts';
import { writeFileAtomically } from '../write-file-atomically.ts';
import type { StoredPart } from './object-store.ts';

/** A folder that no room can have: rooms' names do not begin with a dot. */
const FOLDER = '.uploads';

export interface FileUpload {
  /** Path below RECORD_DIR. */
  name: string;
  /** Bytes. */
  size: number;
  /** 'begun': the store may have the object, or a part of it. 'confirmed': its size and checksum are right. */
  state: 'waiting' | 'begun' | 'confirmed';
  /** A multipart upload that goes on, with the parts that the store has, from the first one on. */
  multipart: { uploadId: string; partSize: number; parts: StoredPart[] } | undefined;
}

export interface UploadJob {
  /** The recording. */
  id: string;
  place: UploadedTo;
  files: FileUpload[];
  /** Attempts since the last progress that the store refused. */
  refusals: number;
  /** Why it was given up, in one sentence; it waits for an operator. */
  failure: string | undefined;
  /** What the recorder had to say, which a failed upload covers. */
  recorderError: string | undefined;
}

/** The jobs on disk. */
export class UploadJobs {
  readonly #directory: string;

  /** `directory` is RECORD_DIR. */
  constructor(directory: string) {
    this.#directory = join(directory, FOLDER);
  }

  /** The ids of all jobs. */
  async ids(): Promise<string[]> {
    const names = await readdir(this.#directory).catch(() => []);
    return names.flatMap((name) => sidecarId(name) ?? []);
  }

  /** A job; undefined where its file does not hold one. */
  async read(id: string): Promise<UploadJob | undefined> {
    const text = await readFile(this.#path(id), 'utf8').catch(() => '');
    return parseJob(text, id);
  }

  async write(job: UploadJob): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o750 });
    await writeFileAtomically(this.#path(job.id), `${JSON.stringify(job)}\n`);
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  #path(id: string): string {
    return join(this.#directory, sidecarName(id));
  }
}

/** Reads a job that `write` wrote; only files of this server lie there, so a look at its shape is enough. */
function parseJob(text: string, id: string): UploadJob | undefined {
  try {
    const job = JSON.parse(text) as Partial<UploadJob> | null;
    const { place, files } = job ?? {};
    if (job?.id !== id || typeof place?.bucket !== 'string' || typeof place.prefix !== 'string') return undefined;
    if (!Array.isArray(files) || !files.every(isFileUpload)) return undefined;
    const { refusals = 0, failure, recorderError } = job;
    return { id, place, files, refusals, failure, recorderError };
  } catch {
    return undefined;
  }
}

function isFileUpload(value: Partial<FileUpload>): value is FileUpload {
  const { name, size, state, multipart } = value;
  const isWhole = typeof name === 'string' && typeof size === 'number' && typeof state === 'string';
  return isWhole && (multipart === undefined || Array.isArray(multipart.parts));
}
