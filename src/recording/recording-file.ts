/** The recorder's way to the disk: everything it does there goes through here, so that tests can make it fail. */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';

/** Readable for the group, so that a web server or a backup can be let in. */
const FILE_MODE = 0o640;

/** A file that is written at any place. */
export interface OpenFile {
  /** Writes all of `bytes`, or throws. */
  write(bytes: Uint8Array, position: number): void;
  /** Bytes from `position` on, fewer at the end of the file. */
  read(position: number, length: number): Uint8Array;
  size(): number;
  truncate(length: number): void;
  sync(): void;
  close(): void;
}

export interface RecordingFileSystem {
  /** Makes the folder where it is missing. */
  makeFolder(path: string): void;
  /** Makes a file that must not be there yet. */
  create(path: string): OpenFile;
  /** Opens a file that is there. */
  open(path: string): OpenFile;
  remove(path: string): void;
  /** Bytes that this process may still write where `path` is. */
  freeBytes(path: string): number;
}

export const nodeFileSystem: RecordingFileSystem = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o750 }),
  create: (path) => new NodeFile(openSync(path, 'wx+', FILE_MODE)),
  open: (path) => new NodeFile(openSync(path, 'r+')),
  remove: (path) => rmSync(path, { force: true }),
  freeBytes(path) {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  },
};

class NodeFile implements OpenFile {
  readonly #descriptor: number;
  #closed = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(bytes: Uint8Array, position: number): void {
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, position + written);
    }
  }

  read(position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(this.#descriptor, bytes, filled, length - filled, position + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }

  size(): number {
    return fstatSync(this.#descriptor).size;
  }

  truncate(length: number): void {
    ftruncateSync(this.#descriptor, length);
  }

  sync(): void {
    fdatasyncSync(this.#descriptor);
  }

  close(): void {
    // A second close could hit another file that has the number by then.
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#descriptor);
  }
}
