import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  const file = join(folder, '.env.local');
  writeFileSync(file, 'AUTH_TOKEN=kept-from-workers\nLOG_LEVEL=error\n');
  // As scripts/start.sh does.
  server = await startServer({ LOG_LEVEL: 'info' }, [`--env-file=${file}`]);
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

it('a file of settings counts, and the environment outranks it', async () => {
  expect((await fetch(`${server.url}/api/rooms`)).status).toBe(401);
  expect(server.log()).not.toBe('');
});

it('a media worker does not read the file of settings, which holds secrets', async () => {
  const [worker] = await server.workers();
  const command = readFileSync(`/proc/${worker ?? 0}/cmdline`, 'utf8').split('\0');
  expect(command).toContain('--enable-source-maps');
  expect(command.join(' ')).not.toContain('--env-file');
});
