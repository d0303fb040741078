import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { watchUnusedConnections } from './unused-connections.ts';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../test/server/fixtures/tls/${name}`, import.meta.url));

let sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
});

const SERVERS = {
  http: () => createServer(),
  https: () => createTlsServer({ cert: fixture('first.crt'), key: fixture('first.key') }),
};

describe.each(['http', 'https'] as const)('watchUnusedConnections on %s', (kind) => {
  it('ends connections without a request and leaves the others', async () => {
    const server = SERVERS[kind]();
    const endUnused = watchUnusedConnections(server);
    server.on('request', (_request, response) => response.write('some of it'));
    server.on('upgrade', (_request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const open = async (): Promise<Socket> => {
      const options = { port, host: '127.0.0.1', rejectUnauthorized: false };
      const socket = kind === 'http' ? connect(options) : connectTls(options);
      sockets.push(socket);
      await once(socket, kind === 'http' ? 'connect' : 'secureConnect');
      return socket;
    };
    const [unused, busy, upgraded] = [await open(), await open(), await open()];
    busy.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    upgraded.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n');
    await Promise.all([once(busy, 'data'), once(upgraded, 'data')]);
    const ended = once(unused, 'close');
    unused.resume();
    endUnused();
    await ended;
    expect([busy.destroyed, upgraded.destroyed]).toEqual([false, false]);
    server.close();
    server.closeAllConnections();
    upgraded.destroy();
  });
});
