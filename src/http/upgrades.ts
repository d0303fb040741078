/** Requests to upgrade (RFC 9110, 7.8): they go through the routes as all others, which refuse them or take them over. */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A connection that is to become a WebSocket. */
export interface Upgrade {
  socket: Socket;
  /** What came behind the request. */
  head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** Lets routes see requests to upgrade. To be called once, on the root instance. */
export function acceptUpgrades(app: FastifyInstance): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    upgrades.set(request, { socket, head });
    // A client that is gone needs no answer.
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    // What is answered is a refusal: this connection can carry no further request.
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on('finish', () => socket.destroySoon());
    app.routing(request, response);
  });
}

/** Whether a request asks for a WebSocket. */
export function isWebSocketRequest({ raw, headers }: FastifyRequest): boolean {
  return upgrades.has(raw) && headers.upgrade?.toLowerCase() === 'websocket';
}

/** Takes over the connection of a request; undefined where it did not ask to upgrade. */
export function takeUpgrade(request: FastifyRequest, reply: FastifyReply): Upgrade | undefined {
  const upgrade = upgrades.get(request.raw);
  if (upgrade === undefined) return undefined;
  reply.hijack();
  reply.raw.detachSocket(upgrade.socket);
  return upgrade;
}
