/**
 * Chooses a socket for each connection. A connection is found by the address that its packets come from, so two on one
 * socket must meet their server at different addresses. Loopback has 2^24 of them: a server that listens on all can be
 * met at a different one by each viewer, and sees each come from a different one.
 */
import type { Certificate } from '../../src/native/addon.ts';
import { udpRoute } from '../../test/support/client-sdp.ts';
import { LoadSocket } from './socket.ts';

const CONNECTIONS_A_SOCKET = 64;

/** An IPv4 address and port. */
export interface Ipv4Address {
  address: string;
  port: number;
}

interface PooledSocket {
  socket: LoadSocket;
  /** Where its connections meet their servers. */
  remotes: Set<string>;
}

export class SocketPool {
  readonly certificate: Certificate;
  readonly #isSpread: boolean;
  readonly #sockets: PooledSocket[] = [];

  /** `isSpread` allows to meet a server that announces loopback at other addresses of loopback. */
  constructor(certificate: Certificate, isSpread: boolean) {
    this.certificate = certificate;
    this.#isSpread = isSpread;
  }

  /** Local ports of the sockets. */
  get ports(): number[] {
    return this.#sockets.map(({ socket }) => socket.transport.port);
  }

  /** A socket for a connection to a server at this address, and the route to take. */
  place(server: Ipv4Address): { socket: LoadSocket; route: Uint8Array } {
    const isSpread = this.#isSpread && server.address.startsWith('127.');
    const pooled = isSpread ? this.#last() : this.#without(server);
    const remote = isSpread ? { address: loopback(1, pooled.remotes.size), port: server.port } : server;
    const local = isSpread ? loopback(2, pooled.remotes.size) : server.address;
    pooled.remotes.add(key(remote));
    return { socket: pooled.socket, route: udpRoute(local, remote) };
  }

  #last(): PooledSocket {
    const last = this.#sockets.at(-1);
    return last !== undefined && last.remotes.size < CONNECTIONS_A_SOCKET ? last : this.#add();
  }

  #without(server: Ipv4Address): PooledSocket {
    const isFree = ({ remotes }: PooledSocket): boolean =>
      remotes.size < CONNECTIONS_A_SOCKET && !remotes.has(key(server));
    return this.#sockets.findLast(isFree) ?? this.#add();
  }

  #add(): PooledSocket {
    const pooled = { socket: new LoadSocket(this.certificate), remotes: new Set<string>() };
    this.#sockets.push(pooled);
    return pooled;
  }
}

function key({ address, port }: Ipv4Address): string {
  return `${address}:${port}`;
}

/** Address `index` of a /16 of loopback. */
function loopback(network: number, index: number): string {
  return `127.${network}.${index >> 8}.${(index & 0xff) + 1}`;
}
