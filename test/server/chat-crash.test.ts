/** A server that is killed in the middle of a burst of messages, and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/chat/protocol.ts';
import { ChatClient } from './support/chat-client.ts';
import { until } from './support/test-server.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const PEOPLE = 20;
const MESSAGES = 4;

let data: string;
let child: ChildProcess | undefined;

// Not when this file is read: where its test is not among the chosen, nothing is cleared away either.
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'live-webrtc-data-'));
});
afterAll(async () => {
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
});

async function startServer(): Promise<string> {
  const settings = {
    HTTP_ADDR: '127.0.0.1:0',
    UDP_PORT: '0',
    TCP_PORT: '0',
    PUBLIC_IP: '127.0.0.1',
    MEDIA_WORKERS: '1',
    GUEST_CHAT_RATE_PER_ADDRESS: '0',
  };
  const started = spawn(process.execPath, ['--import', 'tsx', MAIN], {
    env: { ...process.env, ...settings, DATA_DIR: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  let log = '';
  started.stdout.setEncoding('utf8').on('data', (text: string) => (log += text));
  const url = (): string | undefined => /"http":"(http:[^"]*)"/.exec(log)?.[1];
  await until(() => url() !== undefined, 'the server starts', 30_000);
  return url() ?? '';
}

it('has what it acknowledged, once, and takes the rest when it is sent again', async () => {
  const first = await startServer();
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, (_, index) => ChatClient.join(first, 'room', { nickname: `P${index}` })),
  );
  const acknowledged = (): { clientId: string; id: number; person: number }[] =>
    people.flatMap(({ received }, person) =>
      received.flatMap((message) => (message.type === 'ack' ? [{ ...message, person }] : [])),
    );
  for (let number = 0; number < MESSAGES; number++) {
    for (const [index, person] of people.entries()) {
      person.send({ type: 'send', clientId: `m${number}`, text: `${index}-${number}` });
    }
    // Not all at once: the kill is to come between two of them.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await until(() => acknowledged().length > PEOPLE, 'some are acknowledged');
  child?.kill('SIGKILL');
  await once(child as ChildProcess, 'exit');
  await Promise.all(people.map((person) => person.closed()));
  const kept = acknowledged();

  const second = await startServer();
  const read = async (): Promise<ChatMessage[]> => {
    const response = await fetch(`${second}/api/rooms/room/chat/messages?limit=1000`);
    return ((await response.json()) as { messages: ChatMessage[] }).messages;
  };
  const afterwards = await read();
  const texts = afterwards.map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
  for (const { id, person, clientId } of kept) {
    expect(afterwards.find((message) => message.id === id)?.text).toBe(`${person}-${clientId.slice(1)}`);
  }

  const back = await Promise.all(
    people.map(({ welcome }, index) =>
      ChatClient.join(second, 'room', { nickname: `P${index}`, key: welcome.you.key ?? '' }),
    ),
  );
  await Promise.all(
    back.map(async (person, index) => {
      for (let number = 0; number < MESSAGES; number++) {
        const answer = await person.ask({ type: 'send', clientId: `m${number}`, text: `${index}-${number}` });
        expect(answer.type).toBe('ack');
      }
    }),
  );
  const all = await read();
  expect(all.map(({ text }) => text).sort()).toEqual(
    Array.from({ length: PEOPLE * MESSAGES }, (_, i) => `${Math.floor(i / MESSAGES)}-${i % MESSAGES}`).sort(),
  );
  expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).sort((a, b) => a - b));
  for (const person of back) person.close();
});
