/** The recordings as HTTP sees them. */
import { stat } from 'node:fs/promises';
import { ServiceError } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import type { CatalogueFile } from './catalogue.ts';
import { eachLimited } from './each-limited.ts';
import { openMedia } from './open-media.ts';
import type { OpenedFile } from './open-media.ts';
import type { RecordingInfo } from './recording-info.ts';
import type { UploadQueue } from './upload/upload-queue.ts';

/** Files that are looked at at a time. */
const LOOKS_AT_A_TIME = 16;

/** One media file of a recording. */
export interface ListedFile {
  recording: RecordingInfo;
  /** Path below RECORD_DIR. */
  name: string;
  /** Bytes, at this moment. */
  size: number;
  /** Where it is to be had if it is not on this machine any more; expires. */
  remoteUrl: string | undefined;
}

/** What to answer with for a file: its bytes, or where they are. */
export type FoundFile =
  | { kind: 'local'; recording: RecordingInfo; opened: OpenedFile }
  | { kind: 'remote'; recording: RecordingInfo; url: string };

export interface RecordingLibraryOptions {
  catalogue: Catalogue;
  /** Undefined where nothing is uploaded. */
  uploads: UploadQueue | undefined;
  /** RECORD_DIR, absolute. */
  directory: string;
}

/** Lists, opens and deletes recordings. */
export class RecordingLibrary {
  readonly #catalogue: Catalogue;
  readonly #uploads: UploadQueue | undefined;
  readonly #directory: string;

  constructor({ catalogue, uploads, directory }: RecordingLibraryOptions) {
    this.#catalogue = catalogue;
    this.#uploads = uploads;
    this.#directory = directory;
  }

  /** The files of the rooms that `wanted` says yes to; those of the newest recording come first. */
  async list(wanted: (room: string) => boolean): Promise<ListedFile[]> {
    await this.#catalogue.refresh();
    const files = this.#catalogue
      .all()
      .filter(({ room }) => wanted(room))
      .flatMap(({ id }) => this.#catalogue.filesOf(id));
    const listed = files.map(({ recording, file }): ListedFile => ({
      recording,
      name: file.name,
      size: file.size,
      remoteUrl: undefined,
    }));
    const unsure = listed.map((entry, index) => ({ entry, file: files[index] }));
    const looked = unsure.filter(({ file }) => file?.isLocal === false || file?.recording.state === 'recording');
    await eachLimited(looked, LOOKS_AT_A_TIME, async ({ entry, file }) => {
      if (file?.isLocal === false) entry.remoteUrl = await this.#remoteUrl(file);
      else entry.size = await this.#sizeNow(entry);
    });
    // Without the store, what is there alone cannot be had.
    return listed.filter((entry, index) => files[index]?.isLocal === true || entry.remoteUrl !== undefined);
  }

  /** What is known of a recording; undefined where there is none of this id. */
  get(id: string): RecordingInfo | undefined {
    return this.#catalogue.get(id);
  }

  /** The room whose recording a file belongs to; undefined where it is none of a recording. */
  roomOf(name: string): string | undefined {
    return this.#catalogue.find(name)?.recording.room;
  }

  /** Opens a file; undefined where it is none of a recording. */
  async open(name: string): Promise<FoundFile | undefined> {
    const found = this.#catalogue.find(name);
    if (found === undefined) return undefined;
    const opened = await openMedia(this.#directory, name);
    if (opened !== undefined) return { kind: 'local', recording: found.recording, opened };
    const url = found.recording.state === 'uploaded' ? await this.#remoteUrl(found) : undefined;
    return url === undefined ? undefined : { kind: 'remote', recording: found.recording, url };
  }

  /** Deletes a recording, here and in the object store. */
  async delete(id: string): Promise<void> {
    const info = this.#require(id);
    if (info.state === 'recording') throw new ServiceError('recording_in_progress');
    if (this.#uploads !== undefined) await this.#uploads.delete(info);
    else if (info.uploadedTo !== undefined) throw new ServiceError('store_unavailable', { detail: UPLOADS_ARE_OFF });
    await this.#catalogue.delete(id);
  }

  /** Puts an upload that failed for good back into the queue. */
  async retry(id: string): Promise<void> {
    const info = this.#require(id);
    if (this.#uploads === undefined || !(await this.#uploads.retry(info))) throw new ServiceError('nothing_to_retry');
  }

  #require(id: string): RecordingInfo {
    const info = this.#catalogue.get(id);
    if (info === undefined) throw new ServiceError('no_such_recording');
    return info;
  }

  async #remoteUrl({ recording, file }: CatalogueFile): Promise<string | undefined> {
    const { uploadedTo } = recording;
    return uploadedTo === undefined ? undefined : this.#uploads?.link(uploadedTo, file.name);
  }

  async #sizeNow({ name, size }: ListedFile): Promise<number> {
    return stat(this.#catalogue.pathOf(name)).then(
      (status) => status.size,
      () => size,
    );
  }
}

const UPLOADS_ARE_OFF = 'The recording was uploaded, and uploads are off: the copy in the store cannot be deleted.';
