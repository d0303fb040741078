/**
 * Brings finished recordings into the object store. What is to be done lies on the disk, so that nothing is forgotten
 * and nothing is done twice, whenever the process ends:
 *
 * | step                                   | an end after it, and the next start         |
 * |----------------------------------------|---------------------------------------------|
 * | job written                            | uploads                                     |
 * | each part, each file written into it   | goes on behind it                           |
 * | sidecar says "uploaded"                | finds all files confirmed and goes on       |
 * | local media deleted, where asked for   | removes the job                             |
 * | job removed                            | has nothing to do                           |
 */
import { ServiceError } from '../../errors.ts';
import type { Catalogue } from '../catalogue.ts';
import type { RecordingInfo, UploadedTo } from '../recording-info.ts';
import type { RecordingLog } from '../recording-log.ts';
import { LINK_LIFETIME } from '../signed-links.ts';
import { StoreFault } from './object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { uploadFile } from './upload-file.ts';
import type { UploadStep } from './upload-file.ts';
import { UploadJobs } from './upload-job.ts';
import type { UploadJob } from './upload-job.ts';

/** Recordings that are uploaded at a time. */
const UPLOADS_AT_A_TIME = 2;

export interface RetryPolicy {
  /** Milliseconds until the second attempt; each further wait is twice as long. */
  firstWait: number;
  /** Milliseconds that no wait exceeds. */
  longestWait: number;
  /** After so many refusals in a row the upload is given up. Faults of the network are waited out without end. */
  refusals: number;
}

const RETRY: RetryPolicy = { firstWait: 2000, longestWait: 300_000, refusals: 6 };

/** How an attempt ended. */
export type UploadResult = 'done' | 'retried' | 'failed';

export interface UploadQueueOptions {
  /** RECORD_DIR, absolute. */
  directory: string;
  catalogue: Catalogue;
  store: ObjectStore;
  /** Where new uploads go. */
  place: UploadedTo;
  deleteAfterUpload: boolean;
  log: RecordingLog;
  /** Told of every attempt; `bytes` are those of the recording where it is done, `id` is the recording's. */
  onResult: (result: UploadResult, bytes: number, id: string) => void;
  retry?: RetryPolicy;
}

interface Entry {
  job: UploadJob;
  /** Attempts since the last progress. */
  attempts: number;
  timer: NodeJS.Timeout | undefined;
  running: { abort: AbortController; done: Promise<void> } | undefined;
  /** While it is being deleted. */
  held: boolean;
}

/** The uploads. */
export class UploadQueue {
  readonly #options: UploadQueueOptions;
  readonly #retry: RetryPolicy;
  readonly #jobs: UploadJobs;
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new Set<Promise<void>>();
  readonly #links = new Map<string, { url: string; until: number }>();
  #stopped = false;

  constructor(options: UploadQueueOptions) {
    this.#options = options;
    this.#retry = options.retry ?? RETRY;
    this.#jobs = new UploadJobs(options.directory);
  }

  /** Recordings that wait for their upload or are on the way; those that failed for good do not count. */
  get length(): number {
    return [...this.#entries.values()].filter(({ job }) => job.failure === undefined).length;
  }

  /** Whether a recording's only copy is here: it waits, is on the way, or failed. */
  isWaiting(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Takes up what the last start left, and what was finished meanwhile. */
  async start(): Promise<void> {
    for (const id of await this.#jobs.ids()) {
      const job = await this.#jobs.read(id);
      if (this.#options.catalogue.get(id) === undefined) await this.#drop(id, job);
      else if (job !== undefined) this.#entries.set(id, newEntry(this.#moved(job)));
    }
    this.#pump();
    this.#track(this.#addFinished());
  }

  /** Puts a finished recording into the queue. */
  add(info: RecordingInfo): void {
    this.#track(this.#add(info));
  }

  /** Ends what goes on; it stays in the queue on the disk. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#pending);
    const running = [...this.#entries.values()].map((entry) => this.#interrupt(entry));
    await Promise.all(running);
  }

  /** A URL that opens a file in the store for a while; the same one for an hour, as players compare URLs. */
  async link({ bucket, prefix }: UploadedTo, name: string): Promise<string> {
    const key = prefix + name;
    const now = Date.now();
    const known = this.#links.get(`${bucket}/${key}`);
    if (known !== undefined && known.until > now) return known.url;
    if (this.#links.size >= MAX_LINKS) this.#links.clear();
    const url = await this.#options.store.link(bucket, key, LINK_LIFETIME);
    this.#links.set(`${bucket}/${key}`, { url, until: now + LINK_REUSE });
    return url;
  }

  /** Puts a recording that was given up back into the queue; false where it was not given up. */
  async retry({ id }: RecordingInfo): Promise<boolean> {
    const entry = this.#entries.get(id);
    const info = this.#options.catalogue.get(id);
    if (entry?.job.failure === undefined || info === undefined) return false;
    Object.assign(entry.job, { failure: undefined, refusals: 0 });
    entry.attempts = 0;
    await this.#jobs.write(entry.job);
    await this.#options.catalogue.update({ ...info, state: 'uploading', error: entry.job.recorderError });
    this.#pump();
    return true;
  }

  /** Ends the upload of a recording and deletes what is in the store. Rejects with store_unavailable. */
  async delete({ id, uploadedTo, files }: RecordingInfo): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry !== undefined) {
      entry.held = true;
      await this.#interrupt(entry);
    }
    try {
      if (entry !== undefined) await this.#removeUploaded(entry.job);
      for (const { name } of uploadedTo === undefined ? [] : files) {
        await this.#options.store.remove(uploadedTo?.bucket ?? '', `${uploadedTo?.prefix ?? ''}${name}`);
      }
    } catch (error) {
      if (entry !== undefined) entry.held = false;
      this.#pump();
      if (!(error instanceof StoreFault)) throw error;
      throw new ServiceError('store_unavailable', { detail: `The store answers ${error.code}.` });
    }
    await this.#jobs.remove(id);
    this.#entries.delete(id);
    this.#pump();
  }

  async #addFinished(): Promise<void> {
    for (const info of this.#options.catalogue.all()) {
      if (this.#stopped) return;
      await this.#add(info);
    }
  }

  async #add(info: RecordingInfo): Promise<void> {
    const { id, state } = info;
    const { catalogue, place, log } = this.#options;
    if (state === 'recording' || state === 'uploaded' || this.#entries.has(id)) return;
    const local = catalogue.filesOf(id).filter(({ isLocal, file }) => isLocal && file.size > 0);
    if (local.length === 0) return;
    const files = local.map(({ file }) => ({ ...file, state: 'waiting' as const, multipart: undefined }));
    const job: UploadJob = { id, place, files, refusals: 0, failure: undefined, recorderError: info.error };
    // Known before it is written, so that nobody adds it twice or deletes it.
    const entry = { ...newEntry(job), held: true };
    this.#entries.set(id, entry);
    try {
      await this.#jobs.write(job);
      await catalogue.update({ ...info, state: 'uploading' });
      entry.held = false;
      this.#pump();
    } catch (error) {
      // The next start finds it finished and without a job.
      this.#entries.delete(id);
      log.error({ recording: id, reason: String(error) }, 'the recording cannot be put into the queue of uploads');
    }
  }

  /** Begins as many as may run. */
  #pump(): void {
    let running = [...this.#entries.values()].filter((entry) => entry.running !== undefined).length;
    for (const entry of this.#entries.values()) {
      if (this.#stopped || running >= UPLOADS_AT_A_TIME) return;
      const { job, timer, held } = entry;
      if (entry.running !== undefined || timer !== undefined || held || job.failure !== undefined) continue;
      running++;
      const abort = new AbortController();
      const done = this.#run(entry, abort.signal).finally(() => {
        entry.running = undefined;
        this.#pump();
      });
      entry.running = { abort, done };
    }
  }

  async #interrupt(entry: Entry): Promise<void> {
    clearTimeout(entry.timer);
    entry.timer = undefined;
    entry.running?.abort.abort();
    await entry.running?.done;
  }

  async #run(entry: Entry, signal: AbortSignal): Promise<void> {
    try {
      await this.#upload(entry, signal);
      await this.#finish(entry);
    } catch (error) {
      if (!signal.aborted) await this.#handleFault(entry, error);
    }
  }

  async #upload(entry: Entry, signal: AbortSignal): Promise<void> {
    const { job } = entry;
    const { store, catalogue } = this.#options;
    const save = async (step: UploadStep): Promise<void> => {
      if (step !== 'noted') entry.attempts = 0;
      // Parts of a file that is refused as a whole are no progress.
      if (step === 'confirmed') job.refusals = 0;
      await this.#jobs.write(job);
    };
    for (const file of job.files) {
      const path = catalogue.pathOf(file.name);
      await uploadFile(file, { store, key: job.place.prefix + file.name, path, signal, save });
      signal.throwIfAborted();
    }
  }

  async #finish({ job }: Entry): Promise<void> {
    const { catalogue, deleteAfterUpload, log, onResult } = this.#options;
    const info = catalogue.get(job.id);
    if (info === undefined) return;
    const files = job.files.map(({ name, size }) => ({ name, size }));
    await catalogue.update({ ...info, state: 'uploaded', files, error: job.recorderError, uploadedTo: job.place });
    if (deleteAfterUpload) await catalogue.deleteMedia(job.id);
    await this.#jobs.remove(job.id);
    this.#entries.delete(job.id);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    onResult('done', bytes, job.id);
    log.info({ recording: job.id, room: info.room, files: files.length, bytes }, 'recording uploaded');
  }

  async #handleFault(entry: Entry, error: unknown): Promise<void> {
    const { job } = entry;
    const { log, onResult } = this.#options;
    const code = error instanceof StoreFault ? error.code : ((error as NodeJS.ErrnoException).code ?? 'Unknown');
    const reason = error instanceof Error ? error.message : String(error);
    const facts = { recording: job.id, code, reason };
    entry.attempts++;
    if (error instanceof StoreFault && error.isRefusal) job.refusals++;
    if (code === 'NoSuchFile' || job.refusals >= this.#retry.refusals) {
      await this.#giveUp(job, code);
      onResult('failed', 0, job.id);
      log.error(facts, 'the upload of a recording failed');
      return;
    }
    const wait = Math.min(this.#retry.longestWait, this.#retry.firstWait * 2 ** Math.min(entry.attempts - 1, 30));
    onResult('retried', 0, job.id);
    log.warn({ ...facts, retryInMilliseconds: wait }, 'an upload is tried again later');
    if (this.#stopped || entry.held) return;
    entry.timer = setTimeout(() => {
      entry.timer = undefined;
      this.#pump();
    }, wait);
  }

  async #giveUp(job: UploadJob, code: string): Promise<void> {
    job.failure = `The upload failed: ${code}.`;
    const { catalogue } = this.#options;
    const info = catalogue.get(job.id);
    try {
      await this.#jobs.write(job);
      if (info !== undefined) await catalogue.update({ ...info, state: 'failed', error: job.failure });
    } catch {
      // A disk that cannot be written keeps the state of before: the next start tries again.
      if (info !== undefined) catalogue.set({ ...info, state: 'failed', error: job.failure });
    }
  }

  /** Drops the parts and objects that a job has stored. */
  async #removeUploaded({ place, files }: UploadJob): Promise<void> {
    for (const { name, state, multipart } of files) {
      if (multipart !== undefined) await this.#options.store.abortMultipart(place.prefix + name, multipart.uploadId);
      if (state !== 'waiting') await this.#options.store.remove(place.bucket, place.prefix + name);
    }
  }

  /** A job whose recording is gone. */
  async #drop(id: string, job: UploadJob | undefined): Promise<void> {
    this.#options.log.warn({ recording: id }, 'an upload is dropped: its recording is gone');
    if (job !== undefined) await this.#removeUploaded(job).catch(() => undefined);
    await this.#jobs.remove(id);
  }

  /** A job whose settings have changed begins anew, at the new place. */
  #moved(job: UploadJob): UploadJob {
    const { place } = this.#options;
    if (job.place.bucket === place.bucket && job.place.prefix === place.prefix) return job;
    const files = job.files.map((file) => ({ ...file, state: 'waiting' as const, multipart: undefined }));
    return { ...job, place, files };
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#options.log.error({ reason: String(error) }, 'the queue of uploads has failed'))
      .finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }
}

function newEntry(job: UploadJob): Entry {
  return { job, attempts: 0, timer: undefined, running: undefined, held: false };
}

/** A link that is handed out opens its file for five hours at least. */
const LINK_REUSE = 3_600_000;
const MAX_LINKS = 50_000;
