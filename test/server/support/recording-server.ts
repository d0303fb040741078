import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './test-server.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

export interface RecordingServer {
  child: ChildProcess;
  url: string;
  /** All that it has logged so far. */
  log: () => string;
}

/**
 * Starts the server as a process of its own that records into this folder, with no room reserved on the disk.
 * `wrapper`: a command with arguments that runs the rest of its command line. `onStarted` gets the process at once.
 */
export async function startRecordingServer(
  directory: string,
  onStarted: (child: ChildProcess) => void,
  wrapper: readonly string[] = [],
): Promise<RecordingServer> {
  const [command, ...given] = [...wrapper, process.execPath, '--import', 'tsx', MAIN] as const;
  const data = mkdtempSync(join(tmpdir(), 'live-webrtc-data-'));
  const child = spawn(command, given, {
    env: {
      ...process.env,
      HTTP_ADDR: '127.0.0.1:0',
      UDP_PORT: '0',
      TCP_PORT: '0',
      PUBLIC_IP: '127.0.0.1',
      DATA_DIR: data,
      RECORD_ENABLED: '1',
      RECORD_DIR: directory,
      RECORD_MIN_FREE: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.once('exit', () => rmSync(data, { recursive: true, force: true }));
  onStarted(child);
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  const url = (): string | undefined => /"http":"(http:[^"]*)"/.exec(log)?.[1];
  await until(() => url() !== undefined, 'the server starts', 30_000);
  return { child, url: url() ?? '', log: () => log };
}
