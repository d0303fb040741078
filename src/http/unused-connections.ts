/** Connections on which no request has come yet: browsers open some in advance. */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Watches a server, of HTTP or HTTPS, that does not listen yet. The function that is returned ends the connections that
 * have not been used: Node does not count them as idle, and would wait for their clients.
 */
export function watchUnusedConnections(server: Server): () => void {
  const unused = new Set<Socket>();
  server.on('setSecureContext' in server ? 'secureConnection' : 'connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  const use = ({ socket }: IncomingMessage): unknown => unused.delete(socket);
  server.on('request', use).on('upgrade', use);
  return () => {
    for (const socket of unused) socket.destroy();
  };
}
