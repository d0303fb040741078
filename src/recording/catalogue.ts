/**
 * What recordings there are. The sidecars below RECORD_DIR are the truth; this keeps what they say, follows the
 * recorder's events, and notices at each look what was put there or taken away by hand.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { eachLimited } from './each-limited.ts';
import { parseRecordingInfo, sidecarId, sidecarName } from './parse-recording-info.ts';
import type { RecordedFile, RecordingInfo, RecordingState } from './recording-info.ts';
import type { RecordingLog } from './recording-log.ts';
import { roomFolder } from './room-folder.ts';
import { isRunning } from './sidecar.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

/** Sidecars that are read at a time. */
const READS_AT_A_TIME = 16;

export interface CatalogueOptions {
  /** RECORD_DIR, absolute. */
  directory: string;
  log: RecordingLog;
}

/** A media file and the recording that it is part of. */
export interface CatalogueFile {
  recording: RecordingInfo;
  file: RecordedFile;
  /** Whether it is on this machine's disk; an uploaded one may be in the object store alone. */
  isLocal: boolean;
}

interface Entry {
  info: RecordingInfo;
  /** Nobody but its sidecar tells of it: somebody else records it, or it was put there. */
  isFromDisk: boolean;
  /** The catalogue's revision when the recorder or the server last changed the entry. */
  revision: number;
  /** Names of its files that are not on the disk. */
  missing: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** Knows the recordings. */
export class Catalogue {
  readonly #directory: string;
  readonly #log: RecordingLog;
  readonly #entries = new Map<string, Entry>();
  readonly #files = new Map<string, string>();
  readonly #broken = new Set<string>();
  #revision = 0;
  #sorted: readonly RecordingInfo[] | undefined;
  #scan: Promise<void> | undefined;

  constructor({ directory, log }: CatalogueOptions) {
    this.#directory = directory;
    this.#log = log;
  }

  /** The recordings that are said to go on: those that a process is writing, and those whose writer has ended. */
  async unfinished(): Promise<{ written: RecordingInfo[]; left: RecordingInfo[] }> {
    const found: { written: RecordingInfo[]; left: RecordingInfo[] } = { written: [], left: [] };
    for (const { info } of [...this.#entries.values()]) {
      if (info.state === 'recording') found[(await this.#isWritten(info)) ? 'written' : 'left'].push(info);
    }
    return found;
  }

  /** Looks what is on the disk. Calls while it looks share the next result. */
  refresh(): Promise<void> {
    this.#scan ??= this.#look().finally(() => {
      this.#scan = undefined;
    });
    return this.#scan;
  }

  /** Takes what is said of a recording, new or known. */
  set(info: RecordingInfo): void {
    this.#keep(info, false);
  }

  #keep(info: RecordingInfo, isFromDisk: boolean): void {
    this.#forgetFiles(info.id);
    this.#entries.set(info.id, { info, isFromDisk, revision: ++this.#revision, missing: NONE });
    for (const { name } of info.files) this.#files.set(name, info.id);
    this.#sorted = undefined;
  }

  /** Changes a recording and its sidecar. */
  async update(info: RecordingInfo): Promise<void> {
    await writeFileAtomically(this.#sidecarPath(info), `${JSON.stringify(info)}\n`);
    const missing = this.#entries.get(info.id)?.missing ?? NONE;
    this.set(info);
    this.#setMissing(info.id, missing);
  }

  get(id: string): RecordingInfo | undefined {
    return this.#entries.get(id)?.info;
  }

  /** All recordings, newest first. */
  all(): readonly RecordingInfo[] {
    this.#sorted ??= [...this.#entries.values()]
      .map(({ info }) => info)
      .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
    return this.#sorted;
  }

  /** The files of a recording that can be had, here or from the object store. */
  filesOf(id: string): CatalogueFile[] {
    const entry = this.#entries.get(id);
    if (entry === undefined) return [];
    const { info: recording, missing } = entry;
    const files = recording.files.map((file) => ({ recording, file, isLocal: !missing.has(file.name) }));
    return files.filter(({ isLocal }) => isLocal || recording.state === 'uploaded');
  }

  /** How many recordings are in each state, and the bytes of their files on this machine. */
  totals(): { states: Record<RecordingState, number>; bytes: number } {
    const states = { recording: 0, done: 0, uploading: 0, uploaded: 0, failed: 0 };
    let bytes = 0;
    for (const { info, missing } of this.#entries.values()) {
      states[info.state]++;
      for (const { name, size } of info.files) bytes += missing.has(name) ? 0 : size;
    }
    return { states, bytes };
  }

  /** The file of this name. */
  find(name: string): CatalogueFile | undefined {
    const id = this.#files.get(name);
    return id === undefined ? undefined : this.filesOf(id).find(({ file }) => file.name === name);
  }

  /** Where a file is. */
  pathOf(name: string): string {
    return join(this.#directory, name);
  }

  /** Deletes the media files of a recording; its sidecar, and with it the entry, stays. */
  async deleteMedia(id: string): Promise<void> {
    const { files } = this.get(id) ?? { files: [] };
    await Promise.all(files.map(({ name }) => rm(this.pathOf(name), { force: true })));
    this.#setMissing(id, new Set(files.map(({ name }) => name)));
  }

  /** Deletes a recording's files, its sidecar last: what is left after a crash is still known. */
  async delete(id: string): Promise<void> {
    const info = this.get(id);
    if (info === undefined) return;
    await this.deleteMedia(id);
    await rm(this.#sidecarPath(info), { force: true });
    this.forget(id);
  }

  async #look(): Promise<void> {
    const before = this.#revision;
    const present = new Map<string, ReadonlySet<string>>();
    for (const folder of await this.#folders()) {
      const names = new Set(await readdir(join(this.#directory, folder)).catch(() => []));
      present.set(folder, names);
      await eachLimited(names, READS_AT_A_TIME, async (name) => {
        const id = sidecarId(name);
        if (id !== undefined && this.#isToBeRead(id)) await this.#read(folder, id);
      });
    }
    for (const [id, { info, revision, isFromDisk }] of [...this.#entries]) {
      // What changed meanwhile may not have been there yet when its folder was read.
      if (revision > before || (info.state === 'recording' && !isFromDisk)) continue;
      const names = present.get(roomFolder(info.room)) ?? NONE;
      if (names.has(sidecarName(id))) this.#setMissing(id, missingOf(info, names));
      else this.forget(id);
    }
  }

  /** Folders that can hold recordings. A link is none: it could lead anywhere. */
  async #folders(): Promise<string[]> {
    const entries = await readdir(this.#directory, { withFileTypes: true }).catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.#log.warn({ reason: message }, 'the recordings cannot be read');
      return [];
    });
    return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(nameOf);
  }

  async #read(folder: string, id: string): Promise<void> {
    const path = join(this.#directory, folder, sidecarName(id));
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : '';
    });
    if (text === undefined) return;
    const info = parseRecordingInfo(text, folder, id);
    if (info === undefined) {
      if (!this.#broken.has(path)) this.#log.warn({ file: `${folder}/${sidecarName(id)}` }, 'a sidecar is ignored');
      this.#broken.add(path);
    } else if (this.#isToBeRead(id)) {
      this.#keep(info, true);
      this.#broken.delete(path);
    }
  }

  /** The recorder's events may have come since the look began. */
  #isToBeRead(id: string): boolean {
    const entry = this.#entries.get(id);
    return entry === undefined || (entry.isFromDisk && entry.info.state === 'recording');
  }

  /** Whether another process is writing it. */
  async #isWritten(info: RecordingInfo): Promise<boolean> {
    try {
      const { writer } = JSON.parse(await readFile(this.#sidecarPath(info), 'utf8')) as { writer?: unknown };
      return isRunning(writer);
    } catch {
      return false;
    }
  }

  #setMissing(id: string, missing: ReadonlySet<string>): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.missing = missing;
  }

  /** Takes a recording out of the list. */
  forget(id: string): void {
    this.#forgetFiles(id);
    this.#entries.delete(id);
    this.#sorted = undefined;
  }

  #forgetFiles(id: string): void {
    for (const { name } of this.get(id)?.files ?? []) {
      if (this.#files.get(name) === id) this.#files.delete(name);
    }
  }

  #sidecarPath({ room, id }: RecordingInfo): string {
    return join(this.#directory, roomFolder(room), sidecarName(id));
  }
}

function missingOf({ files }: RecordingInfo, names: ReadonlySet<string>): ReadonlySet<string> {
  const missing = files.filter(({ name }) => !names.has(name.slice(name.indexOf('/') + 1)));
  return missing.length === 0 ? NONE : new Set(missing.map(({ name }) => name));
}

function nameOf({ name }: { name: string }): string {
  return name;
}
