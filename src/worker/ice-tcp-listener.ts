import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { endianness } from 'node:os';
import { STREAM_ENTRY, type Transport } from '../native/addon.ts';
import type { Clock } from './environment.ts';
import { IceTcpConnection, type StreamSessions } from './ice-tcp-connection.ts';
import { networkOf, streamRoute } from './route-address.ts';

/**
 * Connections at a time, and those of one address (of IPv6: one /64 network): a company behind one NAT, not its whole
 * share of a server. Where there are so many, the oldest that has not had a valid check yet gives way to a new one.
 */
const MAXIMUM_CONNECTIONS = 4096;
const MAXIMUM_CONNECTIONS_OF_ADDRESS = 256;
/** Deadlines of connections are looked at this often, ms. */
const REVIEW_INTERVAL_MS = 500;
const LARGEST_STREAM = 0xffff_ffff;
const LITTLE_ENDIAN = endianness() === 'LE';

export interface IceTcpListenerOptions {
  transport: Pick<Transport, 'receiveFromStream' | 'blockStream'>;
  sessions: StreamSessions;
  clock: Clock;
  /** For tests: connections at a time. */
  maximumConnections?: number;
  maximumConnectionsOfAddress?: number;
}

/** Takes the connections of clients without UDP: passive ICE-TCP candidates (RFC 6544). */
export class IceTcpListener {
  readonly #options: IceTcpListenerOptions;
  readonly #connections = new Map<number, IceTcpConnection>();
  /** Those without a valid check when they were last looked at, the oldest first. */
  readonly #unproven = new Map<number, IceTcpConnection>();
  readonly #ofNetwork = new Map<string, number>();
  readonly #server: Server;
  #lastStream = 0;
  #closed = false;
  #review: NodeJS.Timeout | undefined;

  constructor(options: IceTcpListenerOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Listens on a port of all addresses, on any where it is 0, and returns it. Rejects where it cannot be had. */
  async listen(port: number): Promise<number> {
    try {
      await this.#listenOn('::', port);
    } catch (error) {
      if (!isWithoutIpv6(error)) throw refusal(error, port);
      await this.#listenOn('0.0.0.0', port).catch((cause: unknown) => {
        throw refusal(cause, port);
      });
    }
    // One that fails to be accepted, for want of file descriptors, is the client's loss alone.
    this.#server.on('error', () => undefined);
    this.#review = setInterval(() => this.#handleTimeout(), REVIEW_INTERVAL_MS);
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections that are open. */
  get size(): number {
    return this.#connections.size;
  }

  /** Bytes that wait until their clients read. */
  get pendingBytes(): number {
    let bytes = 0;
    for (const connection of this.#connections.values()) bytes += connection.pendingBytes;
    return bytes;
  }

  /** Hands the frames of onStreamData to their connections. Those of a stream that is gone are dropped. */
  deliver(data: Uint8Array): void {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    for (let at = 0; at < data.length;) {
      const stream = view.getUint32(at + STREAM_ENTRY.stream, LITTLE_ENDIAN);
      const start = at + STREAM_ENTRY.headerBytes;
      at = start + view.getUint32(at + STREAM_ENTRY.length, LITTLE_ENDIAN);
      const only = start === STREAM_ENTRY.headerBytes && at === data.length;
      // A copy, so that what waits for one client does not keep alive what went to the others.
      this.#connections.get(stream)?.write(only ? data.subarray(start) : data.slice(start, at));
    }
  }

  /** Takes no more connections, and ends those that are when they have got what was said last. The transport may close. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#review);
    this.#server.close();
    const now = this.#options.clock.now();
    for (const connection of this.#connections.values()) connection.end(now);
    if (this.#connections.size === 0) return;
    this.#review = setInterval(() => {
      this.#handleTimeout();
      if (this.#connections.size === 0) clearInterval(this.#review);
    }, REVIEW_INTERVAL_MS);
  }

  async #listenOn(host: string, port: number): Promise<void> {
    this.#server.listen({ host, port });
    await once(this.#server, 'listening');
  }

  #accept(socket: Socket): void {
    const { remoteAddress = '', remotePort = 0 } = socket;
    const stream = this.#nextStream();
    const route = streamRoute({ address: remoteAddress, port: remotePort }, stream);
    if (route === undefined) {
      socket.destroy();
      return;
    }
    const network = networkOf(route);
    if (!this.#makeRoom(network)) {
      socket.destroy();
      return;
    }
    this.#ofNetwork.set(network, (this.#ofNetwork.get(network) ?? 0) + 1);
    const { transport, sessions, clock } = this.#options;
    const onClosed = (): void => this.#forget(stream);
    const connection = new IceTcpConnection({
      ...{ socket, stream, network, route, transport, sessions, onClosed },
      now: clock.now(),
    });
    this.#connections.set(stream, connection);
    this.#unproven.set(stream, connection);
  }

  /** Whether one more of this network may come: the oldest that has not proven itself gives way where it has to. */
  #makeRoom(network: string): boolean {
    const { maximumConnections = MAXIMUM_CONNECTIONS } = this.#options;
    const { maximumConnectionsOfAddress = MAXIMUM_CONNECTIONS_OF_ADDRESS } = this.#options;
    const isNetworkFull = (this.#ofNetwork.get(network) ?? 0) >= maximumConnectionsOfAddress;
    if (!isNetworkFull && this.#connections.size < maximumConnections) return true;
    for (const [stream, connection] of this.#unproven) {
      if (connection.isProven) {
        this.#unproven.delete(stream);
      } else if (!isNetworkFull || connection.network === network) {
        connection.destroy();
        this.#forget(stream);
        return true;
      }
    }
    return false;
  }

  #forget(stream: number): void {
    const connection = this.#connections.get(stream);
    if (connection === undefined) return;
    this.#connections.delete(stream);
    this.#unproven.delete(stream);
    if (!this.#closed) this.#options.transport.blockStream(stream, false);
    const { network } = connection;
    const left = (this.#ofNetwork.get(network) ?? 1) - 1;
    if (left > 0) this.#ofNetwork.set(network, left);
    else this.#ofNetwork.delete(network);
  }

  #handleTimeout(): void {
    const now = this.#options.clock.now();
    for (const connection of this.#connections.values()) connection.handleTimeout(now);
  }

  #nextStream(): number {
    do {
      this.#lastStream = this.#lastStream === LARGEST_STREAM ? 1 : this.#lastStream + 1;
    } while (this.#connections.has(this.#lastStream));
    return this.#lastStream;
  }
}

function isWithoutIpv6(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
}

/** The same error with a sentence for the operator. */
function refusal(error: unknown, port: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code === 'EADDRINUSE' ? 'address already in use' : message;
  return Object.assign(new Error(`Cannot open TCP port ${port}: ${reason}.`, { cause: error }), { code });
}
