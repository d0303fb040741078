/** The chat that is kept with a recording: who may read it, and what of it. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChatClient } from './support/chat-client.ts';
import { rawStatus } from './support/raw-status.ts';
import { recordingsFolder, writeRecording } from './support/recordings.ts';
import type { Listed } from './support/recordings.ts';
import { bearer, JWT_SECRET, webToken } from './support/setting-effects.ts';
import { problemOf, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

interface RecordedChat {
  startedAt: number;
  messages: { id: number; text: string; offset: number }[];
  isComplete: boolean;
}

const CHAT = '/api/records/during/chat';

let directory: string;
let server: TestServer;
beforeAll(async () => {
  directory = recordingsFolder();
  server = await startTestServer({ RECORD_DIR: directory, JWT_SECRET, ADMIN_TOKEN: 'admin', GUEST_ROLE: 'none' });
  const token = await webToken({ sub: 'ann', room: ['stage', 'hall'] });
  await sayIn('stage', token, ['before']);
  const startedAt = Date.now();
  await sayIn('stage', token, ['one', 'two', 'three', 'gone']);
  await sayIn('hall', token, ['elsewhere']);
  const endedAt = Date.now();
  await sayIn('stage', token, ['after']);
  writeRecording(directory, { id: 'during', room: 'stage', startedAt, endedAt });
  writeRecording(directory, { id: 'still', room: 'stage', startedAt, endedAt: undefined, state: 'recording' });
  // What is put there by hand is found with the list.
  await server.call('GET', '/api/records', bearer('admin'));
  const messages = '/api/rooms/stage/chat/messages';
  const said = (await (await server.call('GET', messages, bearer('admin'))).json()) as RecordedChat;
  const gone = said.messages.find(({ text }) => text === 'gone');
  await server.call('DELETE', `${messages}/${gone?.id}`, bearer('admin'));
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

/** A pause on both sides keeps the milliseconds apart. */
async function sayIn(room: string, token: string, texts: readonly string[]): Promise<void> {
  const chat = await ChatClient.join(server.url, room, { token });
  for (const text of texts) await chat.say(text);
  chat.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
}

async function read(path: string, headers: Record<string, string> = bearer('admin')): Promise<RecordedChat> {
  const response = await server.call('GET', path, headers);
  expect([path, response.status]).toEqual([path, 200]);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return (await response.json()) as RecordedChat;
}

const texts = ({ messages }: RecordedChat): string[] => messages.map(({ text }) => text);

describe('the chat of a recording', () => {
  it('is what was said in its room in its time, without what was deleted', async () => {
    const chat = await read(CHAT);
    expect([texts(chat), chat.isComplete]).toEqual([['one', 'two', 'three'], true]);
    for (const { offset } of chat.messages) expect(offset).toBeGreaterThanOrEqual(0);
  });

  it('comes in pages', async () => {
    const first = await read(`${CHAT}?limit=2`);
    expect([texts(first), first.isComplete]).toEqual([['one', 'two'], false]);
    const rest = await read(`${CHAT}?limit=2&since=${first.messages.at(-1)?.id}`);
    expect([texts(rest), rest.isComplete]).toEqual([['three'], true]);
    expect(texts(await read(`${CHAT}?limit=0`))).toEqual(['one']);
    for (const query of ['since=-1', 'since=x', 'limit=1e3', 'since=1&since=2', `since=${'9'.repeat(16)}`]) {
      const response = await server.call('GET', `${CHAT}?${query}`, bearer('admin'));
      expect([query, response.status, (await problemOf(response)).code]).toEqual([query, 400, 'malformed_request']);
    }
  });

  it('is for those who may read the recordings of the room', async () => {
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await server.call('GET', CHAT, headers)).status;
    for (const role of ['viewer', 'publisher', 'moderator']) {
      expect([role, await status(bearer(await webToken({ role, room: 'stage' })))]).toEqual([role, 200]);
      expect([role, await status(bearer(await webToken({ role, room: 'hall' })))]).toEqual([role, 403]);
    }
    expect([await status({}), await status(bearer('x'))]).toEqual([401, 401]);
    const ban = { 'Content-Type': 'application/json', ...bearer('admin') };
    await server.call('POST', '/api/rooms/stage/bans', ban, JSON.stringify({ subject: 'rude' }));
    const banned = await server.call('GET', CHAT, bearer(await webToken({ sub: 'rude', room: 'stage' })));
    expect([banned.status, (await problemOf(banned)).code]).toEqual([403, 'banned']);
  });

  it('is not opened by the signed link of a file', async () => {
    const list = (await (await server.call('GET', '/api/records', bearer('admin'))).json()) as Listed[];
    const link = list.find(({ id }) => id === 'during')?.url ?? '';
    expect((await server.call('GET', link)).status).toBe(200);
    const response = await server.call('GET', `${CHAT}?${link.split('?')[1]}`);
    expect([response.status, (await problemOf(response)).code]).toEqual([403, 'link_altered']);
  });

  it('goes on while the recording does', async () => {
    expect(texts(await read('/api/records/still/chat'))).toEqual(['one', 'two', 'three', 'after']);
  });

  it('is not there where no recording is, whatever it is called', async () => {
    const response = await server.call('GET', '/api/records/unknown/chat', bearer('admin'));
    expect([response.status, (await problemOf(response)).code]).toEqual([404, 'no_such_recording']);
    const viewer = bearer(await webToken({ room: 'stage' }));
    for (const name of [
      '..%2f..%2fetc%2fpasswd',
      '__proto__',
      'constructor',
      '%00',
      "'%20OR%201=1--",
      'x'.repeat(3000),
    ]) {
      expect([name, (await server.call('GET', `/api/records/${name}/chat`, viewer)).status]).toEqual([name, 404]);
      expect([name, await rawStatus(server.http.port, `/api/records/${name}/chat`)]).toEqual([name, 401]);
    }
    expect(await rawStatus(server.http.port, '/api/records/%ff/chat')).toBe(400);
  });

  it('has GET and HEAD alone', async () => {
    expect((await server.call('HEAD', CHAT, bearer('admin'))).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await server.call(method, CHAT, bearer('admin'));
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
  });
});
