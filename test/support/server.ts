/** Starts the built server as its users do, on free ports, and ends it again. */
import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import { freeTcpPort, freeUdpPort } from './free-port.ts';

/** Milliseconds that start and end of a server may take on a busy machine. */
const PATIENCE = 20_000;

const root = join(import.meta.dirname, '../..');

export interface TestServer {
  /** Origin of the HTTP API, e.g. 'http://127.0.0.1:41234'. */
  readonly url: string;
  readonly pid: number;
  /** First media ports. */
  readonly udpPort: number;
  readonly tcpPort: number;
  /** All that it has written so far. */
  log(): string;
  /** Process ids of the media workers that live now. */
  workers(): Promise<number[]>;
  /** Signals the server, or its whole process group as a terminal does, and tells how the server ended. Idempotent. */
  stop(signal?: NodeJS.Signals, wholeGroup?: boolean): Promise<ProcessEnd>;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Process ids of the living children of a process. */
async function childrenOf(pid: number): Promise<number[]> {
  // ps ends with 1 where there are none.
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,stat=', '--ppid', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, state]) => state !== undefined && !state.startsWith('Z'))
    .map(([id]) => Number(id));
}

/** True while a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts `node dist/main.js` and resolves when it answers. `nodeArguments` are for Node itself. */
export async function startServer(
  environment: Record<string, string> = {},
  nodeArguments: readonly string[] = [],
): Promise<TestServer> {
  const [freePort, udpPort, tcpPort] = await Promise.all([freeTcpPort(), freeUdpPort(), freeTcpPort()]);
  const httpPort = environment['HTTP_ADDR']?.split(':').at(-1) ?? freePort;
  const url = `${environment['TLS_CERT_FILE'] === undefined ? 'http' : 'https'}://127.0.0.1:${httpPort}`;
  const data = mkdtempSync(join(tmpdir(), 'live-webrtc-data-'));
  const child = spawn(process.execPath, [...nodeArguments, '--enable-source-maps', join(root, 'dist/main.js')], {
    cwd: root,
    env: {
      ...process.env,
      HTTP_ADDR: `127.0.0.1:${httpPort}`,
      UDP_PORT: String(udpPort),
      TCP_PORT: String(tcpPort),
      MEDIA_WORKERS: '1',
      // A machine that is busy with other tests is no reason to refuse anybody.
      WORKER_LOAD_LIMIT: '0',
      PUBLIC_IP: '127.0.0.1',
      DATA_DIR: data,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group: a Ctrl+C at the test run's terminal is the test run's.
    detached: true,
  });
  const abandon = (): void => void child.kill();
  process.once('exit', abandon);
  child.once('exit', () => {
    process.off('exit', abandon);
    rmSync(data, { recursive: true, force: true });
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  }
  const server: TestServer = {
    url,
    pid: await spawned(child),
    udpPort,
    tcpPort,
    log: () => log,
    workers: () => childrenOf(server.pid),
    stop: (signal = 'SIGTERM', wholeGroup = false) => end(child, server.pid, signal, wholeGroup),
  };
  try {
    await eventually(
      async () => {
        if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
        // Not the API, which may want a token.
        const status = await statusOf(`${url}/readyz`);
        if (status !== 200) throw new Error(`GET /readyz answered ${status}`);
      },
      { timeout: PATIENCE },
    );
  } catch (error) {
    await server.stop('SIGKILL');
    throw new Error(`The server did not start. Its log:\n${log}`, { cause: error });
  }
  return server;
}

/** The status that a GET gets; a certificate of the tests' own is taken. */
async function statusOf(url: string): Promise<number | undefined> {
  if (!url.startsWith('https:')) return (await fetch(url)).status;
  const request = get(url, { rejectUnauthorized: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function spawned(child: ChildProcess): Promise<number> {
  if (child.pid === undefined) await once(child, 'spawn');
  return child.pid ?? 0;
}

async function end(child: ChildProcess, pid: number, signal: NodeJS.Signals, wholeGroup: boolean): Promise<ProcessEnd> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    process.kill(wholeGroup ? -pid : pid, signal);
    const cut = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    await ended;
    clearTimeout(cut);
  }
  return { code: child.exitCode, signal: child.signalCode };
}
