/** The program as it is started: its exit codes and signals, in a process of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OFFER, problemOf, SDP, until } from './support/test-server.ts';

const PROGRAM = fileURLToPath(new URL('fixtures/program.ts', import.meta.url));

interface Program {
  child: ChildProcess;
  output: () => string;
  errors: () => string;
  exit: Promise<number | null>;
  url: () => string;
}

const running: ChildProcess[] = [];
let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'live-webrtc-data-'));
});
afterEach(async () => {
  const ended = running.splice(0).map(async (child) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  await Promise.all(ended);
  rmSync(data, { recursive: true, force: true });
});

function start(settings: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    env: { PATH: process.env.PATH, HTTP_ADDR: '127.0.0.1:0', UDP_PORT: '0', DATA_DIR: data, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = (): string => /"http":"([^"]+)"/.exec(output)?.[1] ?? '';
  return { child, output: () => output, errors: () => errors, exit, url };
}

async function started(settings: Record<string, string> = {}): Promise<Program> {
  const program = start(settings);
  await until(() => program.output().includes('live-webrtc is ready'), 'the start');
  return program;
}

const workerPid = (program: Program): number => Number(/"pid":(\d+)/.exec(program.output())?.[1]);
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends its sessions and exits with 0 on %s', async (signal) => {
    const program = await started();
    await fetch(`${program.url()}/api/whip/publish/room`, { method: 'POST', headers: SDP, body: OFFER });
    program.child.kill(signal);
    expect(await program.exit).toBe(0);
    expect(program.output()).toContain('"reason":"shutdown"');
    expect(program.errors()).toBe('');
    expect(isRunning(workerPid(program))).toBe(false);
  });

  it('refuses new sessions and is not ready while it drains', async () => {
    const program = await started({ TEST_STOP_DELAY: '1500' });
    const url = program.url();
    program.child.kill('SIGTERM');
    await until(() => program.output().includes('draining'), 'the drain');
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ status: 'draining' });
    const response = await fetch(`${url}/api/whip/publish/room`, { method: 'POST', headers: SDP, body: OFFER });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect((await problemOf(response)).code).toBe('draining');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await program.exit).toBe(0);
  });

  it('exits within SHUTDOWN_TIMEOUT although a worker hangs', async () => {
    const program = await started({ TEST_STOP_DELAY: '60000', SHUTDOWN_TIMEOUT: '500ms' });
    const pid = workerPid(program);
    const begin = Date.now();
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    expect(Date.now() - begin).toBeLessThan(2000);
    await until(() => !isRunning(pid), 'the worker is gone');
  });

  it('ends at once on a second signal, with 1', async () => {
    const program = await started({ TEST_STOP_DELAY: '60000' });
    const pid = workerPid(program);
    program.child.kill('SIGINT');
    await until(() => program.output().includes('draining'), 'the drain');
    program.child.kill('SIGINT');
    expect(await program.exit).toBe(1);
    await until(() => !isRunning(pid), 'the worker is gone');
  });

  it('leaves no worker behind when it is killed', async () => {
    const program = await started();
    const pid = workerPid(program);
    program.child.kill('SIGKILL');
    await program.exit;
    await until(() => !isRunning(pid), 'the worker is gone');
  });

  it('says in one sentence that its port is taken, and exits with 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const program = start({ HTTP_ADDR: address });
    expect(await program.exit).toBe(1);
    expect(program.errors()).toBe(`HTTP cannot listen on ${address} (HTTP_ADDR): another program uses this port.\n`);
    other.close();
  });

  it('says why its media worker cannot start, and exits with 1', async () => {
    const program = start({ UDP_PORT: '1' });
    expect(await program.exit).toBe(1);
    expect(program.errors()).toBe('The media worker cannot start: UDP port 1 cannot be opened: permission denied.\n');
  });

  it('names all settings that are wrong, and exits with 1', async () => {
    const program = start({ HTTP_ADDR: 'nowhere', LOG_LEVEL: 'loud', UDP_PORT: '70000' });
    expect(await program.exit).toBe(1);
    const text = program.errors();
    expect(text).toContain('3 settings are not usable');
    for (const part of ['HTTP_ADDR=nowhere', 'LOG_LEVEL=loud', 'UDP_PORT=70000', 'from 0 to 65535', 'fatal, error']) {
      expect(text).toContain(part);
    }
  });
});
