import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccessQuestion, AccessWebhook } from './access-webhook.ts';

let server: Server;
let url: string;
let questions: unknown[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      questions.push(JSON.parse(body));
      answer(request, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ask`;
});
afterAll(() => server.close());
beforeEach(() => {
  questions = [];
});

const QUESTION: AccessQuestion = {
  action: 'play',
  room: 'stage',
  token: 'secret',
  address: '192.0.2.1',
  userAgent: 'OBS',
  subject: undefined,
  name: undefined,
};

const says = (status: number, headers: Record<string, string> = {}, body = ''): void => {
  answer = (_request, response) => response.writeHead(status, headers).end(body);
};

describe('AccessWebhook', () => {
  it('tells what is asked for, and lets in by a 2xx', async () => {
    says(204);
    await new AccessWebhook({ url, timeout: 1000 }).check(QUESTION);
    expect(questions).toEqual([
      { action: 'play', room: 'stage', token: 'secret', address: '192.0.2.1', userAgent: 'OBS' },
    ]);
  });

  it.each([401, 403, 404])('refuses by %i', async (status) => {
    says(status);
    await expect(new AccessWebhook({ url, timeout: 1000 }).check(QUESTION)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('passes on why, where that is plain text', async () => {
    const webhook = new AccessWebhook({ url, timeout: 1000 });
    says(403, { 'Content-Type': 'text/plain; charset=utf-8' }, 'Your subscription has ended.\n');
    await expect(webhook.check(QUESTION)).rejects.toMatchObject({ detail: 'Your subscription has ended.' });
    says(403, { 'Content-Type': 'text/html' }, '<h1>403</h1>');
    await expect(webhook.check(QUESTION)).rejects.toMatchObject({ detail: undefined });
  });

  it('lets nobody in where there is no answer', async () => {
    const refusal = { code: 'access_webhook_unavailable' };
    const webhook = new AccessWebhook({ url, timeout: 200 });
    for (const status of [500, 302, 429]) {
      says(status, { Location: '/elsewhere' });
      await expect(webhook.check(QUESTION)).rejects.toMatchObject(refusal);
    }
    answer = () => undefined;
    await expect(webhook.check(QUESTION)).rejects.toMatchObject(refusal);
    const nobody = new AccessWebhook({ url: 'http://127.0.0.1:1', timeout: 1000 });
    await expect(nobody.check(QUESTION)).rejects.toMatchObject(refusal);
  });

  it('remembers an answer for as long as it says, and no other', async () => {
    let now = 1_000_000;
    const webhook = new AccessWebhook({ url, timeout: 1000, now: () => now });
    const ask = async (question = QUESTION): Promise<number> => {
      await webhook.check(question).catch(() => undefined);
      return questions.length;
    };
    says(200, { 'Cache-Control': 'private, max-age=60' });
    expect([await ask(), await ask()]).toEqual([1, 1]);
    for (const other of [{ token: 'x' }, { room: 'x' }, { action: 'publish' as const }, { address: '192.0.2.2' }]) {
      const before = questions.length;
      expect(await ask({ ...QUESTION, ...other })).toBe(before + 1);
    }
    now += 60_000;
    expect(await ask()).toBe(6);
    now += 3_600_001;
    for (const control of ['no-store, max-age=60', 'no-cache', '']) {
      says(200, { 'Cache-Control': control });
      const before = questions.length;
      expect([await ask(), await ask()]).toEqual([before + 1, before + 2]);
    }
    says(403, { 'Cache-Control': 'max-age=5' });
    const before = questions.length;
    expect([await ask(), await ask()]).toEqual([before + 1, before + 1]);
    await expect(webhook.check(QUESTION)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
