/** Makes sure that one server at a time uses a folder, also after one was killed. */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';

const SOCKET = 'owner.sock';

/**
 * A socket in the folder that its owner listens on: it answers nothing, but that it takes connections says that the
 * owner lives. The kernel forgets it with the process, in whichever container that runs.
 */
export class OwnerLock {
  readonly #server: Server;
  readonly #folder: number;

  private constructor(server: Server, folder: number) {
    this.#server = server;
    this.#folder = folder;
  }

  /** Takes a folder; undefined where another process has it. */
  static async take(directory: string): Promise<OwnerLock | undefined> {
    const folder = openSync(directory, 'r');
    // A socket's path may have 107 bytes, a folder's far more.
    const path = `/proc/self/fd/${folder}/${SOCKET}`;
    if (await isAlive(path)) {
      closeSync(folder);
      return undefined;
    }
    removeIfThere(path);
    const server = await listen(path);
    return new OwnerLock(server, folder);
  }

  release(): void {
    this.#server.close();
    closeSync(this.#folder);
  }
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (alive: boolean): void => {
      socket.destroy();
      resolve(alive);
    };
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    // It is there for as long as the process, but keeps no process there.
    server.unref();
    server.once('error', reject).listen(path, () => resolve(server));
  });
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
