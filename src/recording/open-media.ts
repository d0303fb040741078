/** Opens recorded files to be served, and nothing that only looks like one. */
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface OpenedFile {
  /** To be closed by the caller. */
  handle: FileHandle;
  /** Bytes at this moment. */
  size: number;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
}

/** Opens the file `{room}/{file}` below a directory; undefined where none is there, or a link leads elsewhere. */
export async function openMedia(directory: string, name: string): Promise<OpenedFile | undefined> {
  const path = join(directory, name);
  const handle = await openPlainly(directory, path);
  if (handle === undefined) return undefined;
  try {
    const status = await handle.stat();
    if (status.isFile()) return { handle, size: status.size, modifiedAt: status.mtimeMs };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

async function openPlainly(directory: string, path: string): Promise<FileHandle | undefined> {
  try {
    // RECORD_DIR itself may be reached by links, what is below it may not.
    const root = await realpath(directory);
    const folder = await realpath(dirname(path));
    if (dirname(folder) !== root) return undefined;
    // A named pipe without O_NONBLOCK would hold a thread until somebody writes into it.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'ENAMETOOLONG'].includes(code)) return undefined;
    throw error;
  }
}
