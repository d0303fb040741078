import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { OFFER, problemOf, SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function workerOf(running: TestServer, room: string): Promise<string> {
  const response = await running.call('POST', `/api/whep/play/${room}`, SDP, OFFER);
  return /a=x-process:(\d+)/.exec(await response.text())?.[1] ?? '';
}

describe('media workers', () => {
  it('share the rooms; a room stays where it is', async () => {
    server = await startTestServer({ MEDIA_WORKERS: '2' });
    const first = await workerOf(server, 'a');
    const second = await workerOf(server, 'b');
    expect(new Set([first, second]).size).toBe(2);
    for (let i = 0; i < 3; i++) expect(await workerOf(server, 'a')).toBe(first);
    expect(await workerOf(server, 'c')).toBe(second);
    const rooms = (await (await server.call('GET', '/api/rooms')).json()) as { name: string }[];
    expect(rooms.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'b', 'c']) expect((await server.call('GET', `/api/rooms/${name}`)).status).toBe(200);
  });

  it('are started again when they die; their sessions are gone, the server goes on', async () => {
    server = await startTestServer();
    const running = server;
    const { path } = await running.open('whip/publish', 'room');
    const [pid] = running.workerPids;
    const response = await running.call('POST', '/api/whip/publish/room', SDP, `${OFFER}a=x-test:die\r\n`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect((await problemOf(response)).code).toBe('worker_unavailable');
    expect((await running.call('GET', path)).status).toBe(404);
    expect((await running.call('GET', '/healthz')).status).toBe(200);
    expect((await running.call('GET', '/readyz')).status).toBe(503);
    await until(async () => (await running.call('GET', '/readyz')).status === 200, 'another worker runs');
    expect(running.workerPids[0]).not.toBe(pid);
    await running.open('whip/publish', 'room');
    const events = running.events.map(({ msg, reason, status }) => ({ msg, reason, status }));
    expect(events).toContainEqual({ msg: 'session closed', reason: 'worker_died', status: undefined });
    expect(events).toContainEqual({ msg: 'media worker died', reason: undefined, status: 'exit code 7' });
  });

  it('that are killed take only their own sessions with them', async () => {
    server = await startTestServer({ MEDIA_WORKERS: '2' });
    const running = server;
    const pid = Number(await workerOf(running, 'a'));
    const other = await running.open('whep/play', 'b');
    process.kill(pid, 'SIGKILL');
    await until(() => running.events.some(({ msg }) => msg === 'media worker died'), 'the death is noticed');
    expect((await running.call('GET', other.path)).status).toBe(204);
    await until(() => running.workerPids.length === 2 && !running.workerPids.includes(pid), 'it is replaced');
  });

  it('have little memory for new objects, unless Node was told otherwise', async () => {
    server = await startTestServer();
    const [pid] = server.workerPids;
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    expect(commandLine.split('\0').slice(1, 3)).toEqual(['--max-semi-space-size=2', '--no-parallel-scavenge']);
  });

  it('inherit no setting, so no secret', async () => {
    process.env.AUTH_TOKEN = 'not-for-workers';
    try {
      server = await startTestServer();
      const { readFileSync } = await import('node:fs');
      const environment = readFileSync(`/proc/${server.workerPids[0] ?? 0}/environ`, 'utf8');
      expect(environment).toContain('PATH=');
      expect(environment).not.toContain('not-for-workers');
    } finally {
      delete process.env.AUTH_TOKEN;
    }
  });

  it('end with the server', async () => {
    server = await startTestServer({ MEDIA_WORKERS: '2' });
    const pids = [...server.workerPids];
    await server.open('whip/publish', 'room');
    await server.stop();
    expect(pids).toHaveLength(2);
    await until(() => !pids.some(isRunning), 'the workers are gone');
    expect(server.events).toContainEqual(expect.objectContaining({ msg: 'session closed', reason: 'shutdown' }));
    server = undefined;
  });

  it('that cannot start stop the start, with their reason', async () => {
    await expect(startTestServer({ UDP_PORT: '1' })).rejects.toThrow(
      'The media worker cannot start: UDP port 1 cannot be opened: permission denied.',
    );
  });
});
