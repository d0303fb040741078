/** A start that fails halfway: what had been started by then is closed, so that the next start finds nothing in its way. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestServer, until } from './support/test-server.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'live-webrtc-start-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Timers, sockets and processes that keep this process from ending. */
function heldResources(): string[] {
  const kinds = ['Timeout', 'TCPServerWrap', 'TCPSocketWrap', 'PipeWrap', 'ProcessWrap'];
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind));
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  return port;
}

/** Starts that fail, by the part that cannot start. */
const FAILURES: Record<string, (port: number) => { settings: Record<string, string>; entry?: string; fault: string }> =
  {
    'HTTP finds its port taken': (port) => ({
      settings: {},
      fault: `HTTP cannot listen on 127.0.0.1:${port} (HTTP_ADDR): another program uses this port.`,
    }),
    'recordings find their folder to be a file': () => {
      const file = join(directory, 'file');
      writeFileSync(file, '');
      return { settings: { RECORD_ENABLED: '1', RECORD_DIR: file }, fault: `RECORD_DIR=${file} cannot be written` };
    },
    'a media worker ends at once': () => {
      const entry = join(directory, 'worker.mjs');
      writeFileSync(entry, 'process.exit(1);');
      return { settings: {}, entry, fault: 'The media worker cannot start: it ended before it was ready.' };
    },
  };

it.each(Object.entries(FAILURES))('nothing is left where %s', async (name, failureAt) => {
  const port = await freePort();
  const { settings, entry, fault } = failureAt(port);
  const data = join(directory, 'data');
  const place = { HTTP_ADDR: `127.0.0.1:${port}`, DATA_DIR: data };
  const before = heldResources();
  const holder = createServer();
  if (name.startsWith('HTTP')) await once(holder.listen(port, '127.0.0.1'), 'listening');
  const extra = entry === undefined ? {} : { workerEntry: entry };
  await expect(startTestServer({ ...place, ...settings }, extra)).rejects.toThrow(fault);
  if (holder.listening) await once(holder.close(), 'close');
  await until(() => heldResources().length <= before.length, 'the end of all that was started', 2000).catch(() => {
    expect(heldResources()).toEqual(before);
  });
  // The port and the database are free again.
  const server = await startTestServer(place);
  expect((await server.call('GET', '/healthz')).status).toBe(200);
  await server.stop();
});
