import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { PipeAddress } from '../worker-protocol.ts';

/** Pipes lead to other workers of this machine. */
const LISTEN_ADDRESS = '127.0.0.1';
/** Wanted socket buffers, bytes: pictures of a second, while the event loop is busy. */
const BUFFER_BYTES = 4 * 1024 * 1024;
/** What waits in this process to be sent at the most; more is dropped, and asked for again. */
const MAXIMUM_QUEUE_BYTES = 4 * 1024 * 1024;

/** The UDP socket of a worker's pipes. */
export class PipeSocket {
  readonly #socket: Socket;
  #onDatagram: (datagram: Uint8Array, from: PipeAddress) => void = () => undefined;
  #dropped = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (datagram: Uint8Array, { address, port }: RemoteInfo) => {
      this.#onDatagram(datagram, { address, port });
    });
    // What is refused or cannot be sent at the moment is as good as lost on the way.
    socket.on('error', () => undefined);
  }

  /** Opens a socket on a free port of this machine alone. */
  static async open(): Promise<PipeSocket> {
    const socket = createSocket({
      type: 'udp4',
      recvBufferSize: BUFFER_BYTES,
      sendBufferSize: BUFFER_BYTES,
      // Addresses are numbers. Without node:dns a datagram goes before the worker's own viewers are served, not after.
      lookup: (address, _options, callback) => callback(null, address, 4),
    });
    const listening = once(socket, 'listening');
    socket.bind(0, LISTEN_ADDRESS);
    await listening;
    return new PipeSocket(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  get address(): PipeAddress {
    return { address: LISTEN_ADDRESS, port: this.port };
  }

  /** Datagrams that found too much waiting. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Who takes the datagrams from now on. */
  listen(onDatagram: (datagram: Uint8Array, from: PipeAddress) => void): void {
    this.#onDatagram = onDatagram;
  }

  /** Sends a datagram, or drops it where too much waits. The bytes are the socket's from now on. */
  send(datagram: Uint8Array, { address, port }: PipeAddress): void {
    if (this.#socket.getSendQueueSize() > MAXIMUM_QUEUE_BYTES) {
      this.#dropped++;
      return;
    }
    this.#socket.send(datagram, port, address, () => undefined);
  }

  close(): void {
    this.#onDatagram = () => undefined;
    this.#socket.close();
  }
}
