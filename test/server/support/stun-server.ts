/** A STUN server that sees everybody at one address. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { BINDING_METHOD } from '../../../src/protocol/stun/header.ts';
import { parseStunMessage, writeStunMessage } from '../../../src/protocol/stun/message.ts';

export interface StunServer {
  port: number;
  /** Requests so far. */
  requests: () => number;
  close(): void;
}

/** Starts it on a free port of 127.0.0.1. It leaves the first `ignored` requests without an answer. */
export async function startStunServer(address: string, ignored = 0): Promise<StunServer> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  let requests = 0;
  socket.on('message', (datagram, from) => {
    const request = parseStunMessage(datagram);
    if (request === undefined || requests++ < ignored) return;
    const { transactionId } = request;
    const attributes = [{ type: 'xor-mapped-address', address, port: 40_000 } as const];
    const forged = writeStunMessage({
      class: 'success',
      method: BINDING_METHOD,
      transactionId: new Uint8Array(12),
      attributes: [{ type: 'xor-mapped-address', address: '192.0.2.66', port: 1 }],
    });
    socket.send(forged, from.port, from.address);
    socket.send(
      writeStunMessage({ class: 'success', method: BINDING_METHOD, transactionId, attributes }),
      from.port,
      from.address,
    );
  });
  await once(socket, 'listening');
  return { port: socket.address().port, requests: () => requests, close: () => socket.close() };
}
