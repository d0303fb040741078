/** Webhooks of a server in a process of its own, that is killed and started again. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withUploads } from './support/setting-effects.ts';
import { OFFER, SDP, startTestServer, until } from './support/test-server.ts';
import { startWebhookReceiver, WEBHOOK_SECRET } from './support/webhook-receiver.ts';
import type { WebhookReceiver } from './support/webhook-receiver.ts';

const PROGRAM = fileURLToPath(new URL('fixtures/program.ts', import.meta.url));

let directory: string;
let children: ChildProcess[];
let receivers: WebhookReceiver[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
  children = [];
  receivers = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const receiver of receivers) receiver.stop();
  rmSync(directory, { recursive: true });
});

async function receive(status = 200): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver(status);
  receivers.push(receiver);
  return receiver;
}

const settings = (): Record<string, string> => ({
  ...{ DATA_DIR: directory, WEBHOOK_SECRET, WEBHOOK_URLS: receivers.map(({ url }) => url).join(',') },
  WEBHOOK_EVENTS: '*',
});

/** A program that can be killed. */
async function startProgram(): Promise<{ child: ChildProcess; url: string; output: () => string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    env: { PATH: process.env.PATH, HTTP_ADDR: '127.0.0.1:0', UDP_PORT: '0', MEDIA_WORKERS: '1', ...settings() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  await until(() => output.includes('live-webrtc is ready'), 'the start', 20_000);
  return { child, url: /"http":"([^"]+)"/.exec(output)?.[1] ?? '', output: () => output };
}

const openSession = async (url: string, kind: string, room: string): Promise<void> => {
  const response = await fetch(`${url}/api/${kind}/${room}`, { method: 'POST', headers: SDP, body: OFFER });
  expect(response.status).toBe(201);
};
/** What was taken, in a line each. */
const lines = ({ taken }: WebhookReceiver): string[] => taken.map(({ type, room }) => `${type} ${room ?? ''}`);
const FIRST = ['publisher.joined a', 'room.live a', 'viewer.joined a'];

it('tell every event in order, over failures, silence and the kill of the server, and hold nobody up', async () => {
  const [failing, silent, healthy, gone] = [await receive(500), await receive(0), await receive(), await receive(410)];
  const first = await startProgram();
  await openSession(first.url, 'whip/publish', 'a');
  await openSession(first.url, 'whep/play', 'a');
  await until(() => healthy.taken.length === 3, 'the healthy one is told');
  expect(lines(healthy)).toEqual(FIRST);
  await until(() => failing.requests() > 1 && silent.requests() > 0 && gone.requests() > 0, 'the others are tried');
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  for (const receiver of [failing, silent, gone]) receiver.answer(204);

  const second = await startProgram();
  await openSession(second.url, 'whip/publish', 'b');
  const all = [...FIRST, 'room.ended a', 'publisher.joined b', 'room.live b'];
  const others = [failing, silent, healthy];
  await until(() => others.every(({ taken }) => taken.length >= 6), 'all are told everything', 20_000);
  for (const receiver of others) {
    // Once or more: what was taken right before the kill may come again.
    const once = receiver.taken.filter(
      ({ id }, index) => receiver.taken.findIndex((other) => other.id === id) === index,
    );
    expect(once.map(({ type, room }) => `${type} ${room ?? ''}`)).toEqual(all);
    const ids = once.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(receiver.unsigned()).toBe(0);
  }
  expect(healthy.taken.find(({ type }) => type === 'room.ended')?.data).toMatchObject({ reason: 'server_died' });
  // What waited for it is dropped, what comes after the start is told again.
  await until(() => gone.taken.length >= 3, 'the one that was gone is told');
  expect(lines(gone)).toEqual(all.slice(3));
  expect(first.output() + second.output()).not.toMatch(/\/hook|whsec_/);
  const metrics = async (): Promise<string> => (await fetch(`${second.url}/metrics`)).text();
  await until(async () => (await metrics()).includes('live_webrtc_webhook_waiting{webhook="1"} 0\n'), 'none waits');
  expect(await metrics()).toMatch(/^live_webrtc_webhook_events_total\{webhook="1",result="delivered"\} 6$/m);
});

it('go on by themselves once a receiver is back', async () => {
  const receiver = await receive(503);
  const server = await startTestServer(settings());
  await openSession(server.url, 'whip/publish', 'a');
  await until(() => receiver.requests() >= 2, 'it was tried again');
  receiver.answer(200);
  await until(() => receiver.taken.length === 2, 'it is told', 20_000);
  expect(lines(receiver)).toEqual(FIRST.slice(0, 2));
  await server.stop();
});

it('tell of uploads', async () => {
  const receiver = await receive();
  await withUploads(settings(), async () => {
    await until(() => receiver.taken.length === 1, 'the upload is told');
    expect(receiver.taken[0]).toMatchObject({
      ...{ type: 'upload.finished', room: 'room' },
      data: { recording: 'a', files: ['room/20260102T030405Z_a.webm'], bytes: 17 },
    });
  });
});
