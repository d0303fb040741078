/** How many TCP connections one client may have, whatever it does with them. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { ServiceError } from '../errors.ts';
import { rawRefusal } from './problem.ts';
import { clientOf } from './rate-limit.ts';

/** A client that has not read its refusal by then is cut off: milliseconds. */
const REFUSAL_TIME = 1000;
/** Refusals that wait to be read; beyond these, connections are closed without one. */
const MOST_REFUSALS = 256;

export interface ConnectionLimit {
  /** Connections of one address (of IPv6: one /64 network). */
  most: number;
  /** Addresses that have no limit: those of proxies, which bring the connections of many. */
  isExempt: (address: string) => boolean;
  /** A connection was refused. */
  onRefused: (address: string) => void;
}

/**
 * Refuses connections beyond the limit before anything is read from them: with 429, or without an answer where TLS or too
 * many refusals are in the way. To be called when all that listens for the server's connections is there.
 */
export function limitConnections(server: Server, { most, isExempt, onRefused }: ConnectionLimit): void {
  const perClient = new Map<string, number>();
  const refuse = refuser('setSecureContext' in server);
  const listeners = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const { remoteAddress: address = '' } = socket;
    const client = clientOf(address);
    const count = (perClient.get(client) ?? 0) + 1;
    const isLimited = !isExempt(address);
    if (isLimited && count > most) {
      onRefused(address);
      refuse(socket);
      return;
    }
    if (isLimited) {
      perClient.set(client, count);
      socket.once('close', () => {
        const left = (perClient.get(client) ?? 1) - 1;
        if (left === 0) perClient.delete(client);
        else perClient.set(client, left);
      });
    }
    for (const listener of listeners) listener.call(server, socket);
  });
}

function refuser(isSecure: boolean): (socket: Socket) => void {
  const answer = rawRefusal(new ServiceError('too_many_connections'));
  let waiting = 0;
  return (socket) => {
    socket.on('error', () => undefined);
    if (isSecure || waiting >= MOST_REFUSALS) {
      socket.destroy();
      return;
    }
    waiting++;
    const cutOff = setTimeout(() => socket.destroy(), REFUSAL_TIME).unref();
    socket.once('close', () => {
      waiting--;
      clearTimeout(cutOff);
    });
    // What the client sends is not looked at, but taken: a connection with unread bytes would be reset, answer and all.
    socket.resume();
    socket.end(answer);
  };
}
