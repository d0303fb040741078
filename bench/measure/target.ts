/** What is measured: this server, or a peer that a command starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startServer } from '../../test/support/server.ts';
import { pause } from './pause.ts';
import { processTree } from './process-usage.ts';

export interface Target {
  whip: string;
  whep: string;
  /** Origin of the API, where the target has /metrics as this server has them. */
  origin: string | undefined;
  /** Whether it listens on all addresses of loopback with one port: see SocketPool. */
  isSpread: boolean;
  /** Processes that forward. */
  mediaPids: () => number[];
  /** All of its processes. */
  allPids: () => number[];
  end: () => Promise<unknown>;
}

/** What is measured is one worker to its end: nobody is refused for its load. */
export const BENCH_SETTINGS = {
  LOG_LEVEL: 'error',
  MEDIA_WORKERS: '1',
  WORKER_LOAD_LIMIT: '0',
  MAX_CONNECTIONS_PER_ADDRESS: '0',
};

/** Starts the built server of this repository, with one media worker unless told otherwise. */
export async function startOwnServer(settings: Record<string, string> = {}): Promise<Target> {
  const server = await startServer({ ...BENCH_SETTINGS, ...settings });
  const workers = await server.workers();
  return {
    whip: `${server.url}/api/whip/publish/bench`,
    whep: `${server.url}/api/whep/play/bench`,
    origin: server.url,
    isSpread: true,
    mediaPids: () => workers,
    allPids: () => [server.pid, ...workers],
    end: () => server.stop(),
  };
}

export interface PeerCommand {
  /** For a shell; its processes are ended with it. */
  command: string;
  whip: string;
  whep: string;
}

const START_TIMEOUT_MS = 20_000;
const START_POLL_MS = 100;
const END_TIMEOUT_MS = 5000;

/** Starts a peer and waits until its WHIP address answers anything at all. */
export async function startPeer({ command, whip, whep }: PeerCommand): Promise<Target> {
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'inherit'] });
  const pid = child.pid ?? 0;
  const exited = once(child, 'exit');
  const pids = (): number[] => processTree(pid);
  const abandon = (): void => signal(pids(), 'SIGTERM');
  process.once('exit', abandon);
  child.once('exit', () => process.off('exit', abandon));
  const end = async (): Promise<void> => {
    const tree = pids();
    signal(tree, 'SIGTERM');
    await Promise.race([exited, pause(END_TIMEOUT_MS)]);
    signal(tree, 'SIGKILL');
  };
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(whip))) {
    if (performance.now() > deadline || child.exitCode !== null) {
      await end();
      throw new Error(`"${command}" does not answer at ${whip}`);
    }
    await pause(START_POLL_MS);
  }
  return { whip, whep, origin: undefined, isSpread: false, mediaPids: pids, allPids: pids, end };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { method: 'OPTIONS' }).then(
    () => true,
    () => false,
  );
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself.
    }
  }
}
