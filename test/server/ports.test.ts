/** The real media worker and ports that are taken. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startTestServer, until } from './support/test-server.ts';

const workerEntry = fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url));

it('a UDP port in use stops the start with one sentence that names it', async () => {
  const socket = createSocket({ type: 'udp6' }).bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  await expect(startTestServer({ UDP_PORT: String(port) }, { workerEntry })).rejects.toThrow(
    `The media worker cannot start: Cannot open UDP port ${port} on ::: address already in use.`,
  );
  socket.close();
});

it('so does a TCP port in use, unless the server may take any', async () => {
  const holder = createServer().listen(0, '::');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  await expect(startTestServer({ TCP_PORT: String(port) }, { workerEntry })).rejects.toThrow(
    `The media worker cannot start: Cannot open TCP port ${port}: address already in use.`,
  );
  holder.close();
  const server = await startTestServer({}, { workerEntry });
  expect(server.tcpPorts).toEqual([expect.any(Number)]);
  await server.stop();
  const without = await startTestServer({ TCP_PORT: 'off' }, { workerEntry });
  expect(without.tcpPorts).toEqual([]);
  await without.stop();
});

it('a worker comes back on its port, and waits for it where it is taken meanwhile', async () => {
  const server = await startTestServer({}, { workerEntry });
  try {
    const [port] = server.udpPorts;
    const { tcpPorts } = server;
    const [pid] = server.workerPids;
    process.kill(pid ?? 0, 'SIGKILL');
    await until(() => server.workerPids.length === 0, 'the worker is gone');
    const socket = createSocket({ type: 'udp6' }).bind(port);
    await once(socket, 'listening');
    await until(() => server.events.some(({ msg }) => String(msg).includes('address already in use')), 'a failure');
    socket.close();
    await until(async () => (await server.call('GET', '/readyz')).status === 200, 'the worker is back');
    expect(server.udpPorts).toEqual([port]);
    expect(server.tcpPorts).toEqual(tcpPorts);
    const ready = server.events.filter(({ msg }) => msg === 'media worker is ready');
    expect(ready.map(({ udpPort }) => udpPort)).toEqual([port, port]);
    expect(ready.map(({ tcpPort }) => tcpPort)).toEqual([...tcpPorts, ...tcpPorts]);
  } finally {
    await server.stop();
  }
});
