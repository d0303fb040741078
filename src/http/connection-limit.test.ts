import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limitConnections } from './connection-limit.ts';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../test/server/fixtures/tls/${name}`, import.meta.url));

const SERVERS = {
  http: () => createServer(),
  https: () => createTlsServer({ cert: fixture('first.crt'), key: fixture('first.key') }),
};

let server: ReturnType<typeof createServer>;
let sockets: Socket[];
let refused: string[];
beforeEach(() => {
  sockets = [];
  refused = [];
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
  server.closeAllConnections();
});

async function start(kind: keyof typeof SERVERS, most: number): Promise<void> {
  server = SERVERS[kind]();
  server.on('request', (_request, response) => response.end('hello'));
  limitConnections(server, {
    most,
    isExempt: (address) => address === '127.0.0.9',
    onRefused: (address) => refused.push(address),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

async function open(localAddress = '127.0.0.1', allowHalfOpen = false): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(socket, 'close');
  return text;
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

describe('limitConnections', () => {
  it('refuses one more of an address with 429, also where it asks at once, and serves others', async () => {
    await start('http', 2);
    for (let n = 0; n < 2; n++) await open();
    const third = await open();
    third.write(REQUEST);
    const text = await textOf(third);
    expect(text).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
    expect(text).toMatch(/\r\nRetry-After: 10\r\n/);
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 429, code: 'too_many_connections' });
    expect(text).not.toContain('hello');
    for (const address of ['127.0.0.2', '127.0.0.9', '127.0.0.9', '127.0.0.9']) {
      const other = await open(address);
      other.write(REQUEST);
      expect(await textOf(other)).toContain('hello');
    }
    expect(refused).toEqual(['127.0.0.1']);
  });

  it('lets an address in again once another of its connections has ended', async () => {
    await start('http', 1);
    for (let n = 0; n < 3; n++) {
      const socket = await open();
      socket.write(REQUEST);
      expect(await textOf(socket)).toContain('hello');
    }
    expect(refused).toEqual([]);
  });

  it('cuts off who does not take the refusal, and answers only so many at a time', async () => {
    await start('http', 1);
    await open();
    let answers = 0;
    const stubborn = await Promise.all(Array.from({ length: 300 }, () => open('127.0.0.1', true)));
    for (const socket of stubborn) socket.once('data', () => answers++).resume();
    const left = async (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    await vi.waitFor(async () => expect([await left(), answers]).toEqual([1, 256]), 10_000);
  }, 20_000);

  it('closes connections before a handshake where TLS is spoken', async () => {
    await start('https', 1);
    await open();
    expect(await textOf(await open())).toBe('');
    expect(refused).toHaveLength(1);
  });
});
