/** The built server with a worker that tells how long its event loop is held. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { startServer } from '../../test/support/server.ts';
import { BENCH_SETTINGS } from '../measure/target.ts';
import type { WatchFigures } from './worker-watch.ts';

export interface WatchedServer {
  url: string;
  /** Whether the worker's event loop has a core to itself. */
  isAlone: boolean;
  /** What the worker saw since it was last asked. */
  take: () => Promise<WatchFigures>;
  end: () => Promise<void>;
}

/** Starts it; the worker's event loop gets a core to itself, where there are two and `taskset` is there. */
export async function startWatchedServer(nodeArguments: readonly string[] = []): Promise<WatchedServer> {
  const hasFreeCore = useCoresFrom(1);
  const folder = mkdtempSync(join(tmpdir(), 'bench-watch-'));
  const path = join(folder, 'socket');
  const preload = pathToFileURL(join(import.meta.dirname, 'preload.ts')).href;
  const server = await startServer({ ...BENCH_SETTINGS, BENCH_WATCH_SOCKET: path }, [
    ...['--import', 'tsx'],
    ...['--import', preload],
    ...nodeArguments,
  ]);
  const take = async (): Promise<WatchFigures> => {
    const socket = connect(path);
    await once(socket, 'connect');
    return (await json(socket)) as WatchFigures;
  };
  const isAlone = hasFreeCore && giveFirstCore((await take()).pid);
  return {
    url: server.url,
    isAlone,
    take,
    end: async () => {
      await server.stop();
      useCoresFrom(0);
      rmSync(folder, { recursive: true });
    },
  };
}

/** This process and all that it starts run on the cores from this one on. False where that cannot be. */
function useCoresFrom(first: number): boolean {
  const last = cpus().length - 1;
  return first <= last && run('taskset', '--all-tasks', '--cpu-list', '--pid', `${first}-${last}`, String(process.pid));
}

/** Gives the main thread of a process the first core, before all that other programs do there. */
function giveFirstCore(pid: number): boolean {
  return run('taskset', '--cpu-list', '--pid', '0', String(pid)) && outrankAll(pid);
}

/** A process's main thread runs whenever it can (SCHED_FIFO). False where that is not allowed. */
export function outrankAll(pid: number): boolean {
  return run('chrt', '--fifo', '--pid', '1', String(pid));
}

function run(command: string, ...given: readonly string[]): boolean {
  return spawnSync(command, given, { stdio: 'ignore' }).status === 0;
}
