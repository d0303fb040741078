/** TCP connections that say nothing. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** How long a server that has nothing to say is listened to: milliseconds. */
const SILENCE = 150;

export interface IdleConnection {
  socket: Socket;
  /** What the server has said without being asked. */
  said: () => string;
  closed: () => boolean;
}

/** Opens a connection from an address of loopback. */
export async function idleConnection(port: number, localAddress = '127.0.0.1'): Promise<IdleConnection> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  let said = '';
  let isClosed = false;
  socket.setEncoding('utf8').on('data', (text: string) => (said += text));
  socket.on('error', () => undefined).on('close', () => (isClosed = true));
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return { socket, said: () => said, closed: () => isClosed };
}

/** How many of some connections, held at the same time, are refused with 429. */
export async function refusedOf(port: number, count: number): Promise<number> {
  const connections = [];
  for (let n = 0; n < count; n++) connections.push(await idleConnection(port));
  await new Promise((resolve) => setTimeout(resolve, SILENCE));
  for (const { socket } of connections) socket.destroy();
  return connections.filter(({ said }) => said().startsWith('HTTP/1.1 429 ')).length;
}
