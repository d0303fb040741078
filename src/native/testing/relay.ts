import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

/** What becomes of a datagram: the datagrams to pass on instead. */
export type RelayRule = (datagram: Uint8Array, toServer: boolean) => Uint8Array[];

/** Stands between two transports on 127.0.0.1 and may drop, change or repeat what passes. */
export interface Relay {
  port: number;
  rule: RelayRule;
  close: () => void;
}

/** Opens a relay that passes everything on until its rule is changed. */
export async function openRelay(clientPort: number, serverPort: number): Promise<Relay> {
  const socket: Socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const relay: Relay = {
    port: socket.address().port,
    rule: (datagram) => [datagram],
    close: () => void socket.close(),
  };
  socket.on('message', (datagram, from) => {
    const toServer = from.port === clientPort;
    for (const next of relay.rule(datagram, toServer)) {
      socket.send(next, toServer ? serverPort : clientPort, '127.0.0.1');
    }
  });
  return relay;
}

const RECORD_HEADER_BYTES = 13;
const MESSAGE_HEADER_BYTES = 12;

/** Multiplies the sequence numbers of the plain DTLS records in a datagram, which makes room for more records. */
export function spreadSequences(datagram: Uint8Array, factor: number): Uint8Array {
  const copy = Uint8Array.from(datagram);
  const view = new DataView(copy.buffer);
  for (let at = 0; at + RECORD_HEADER_BYTES <= copy.length; at += RECORD_HEADER_BYTES + view.getUint16(at + 11)) {
    if (view.getUint16(at + 3) === 0) view.setUint16(at + 9, view.getUint16(at + 9) * factor);
  }
  return copy;
}

/**
 * Splits a datagram that is one plain DTLS record with one whole handshake message into as many datagrams, each with a
 * fragment of the message (RFC 6347 4.2.3). What follows needs {@link spreadSequences}, because each record has a
 * sequence number of its own.
 */
export function splitHandshake(datagram: Uint8Array, parts: number): Uint8Array[] {
  const headers = RECORD_HEADER_BYTES + MESSAGE_HEADER_BYTES;
  const spread = spreadSequences(datagram, parts);
  const body = spread.subarray(headers);
  const size = Math.ceil(body.length / parts);
  return Array.from({ length: parts }, (_, index) => {
    const piece = body.subarray(index * size, (index + 1) * size);
    const fragment = new Uint8Array(headers + piece.length);
    fragment.set(spread.subarray(0, headers));
    fragment.set(piece, headers);
    const view = new DataView(fragment.buffer);
    view.setUint16(9, view.getUint16(9) + index);
    view.setUint16(11, MESSAGE_HEADER_BYTES + piece.length);
    view.setUint16(RECORD_HEADER_BYTES + 7, index * size);
    view.setUint16(RECORD_HEADER_BYTES + 10, piece.length);
    return fragment;
  });
}
