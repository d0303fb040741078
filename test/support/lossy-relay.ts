/** A bad network between a browser and the server: a UDP relay whose links lose, delay and queue by a seed. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { EventQueue } from '../sim/event-queue.ts';
import { Link, type LinkDescription } from '../sim/link.ts';
import { SimulationRandom } from '../sim/random.ts';
import type { TestPage } from './browser.ts';

export interface LossyRelayOptions {
  /** The server's UDP port. */
  serverPort: number;
  seed: number;
  /** From the browser to the server, and back; for all clients of the relay together. */
  up: LinkDescription;
  down: LinkDescription;
}

const LOOPBACK = '127.0.0.1';
/** How finely the relay's time goes, ms. */
const STEP_MS = 1;

/** Packets wait in virtual time that follows the clock, so that a seed gives the same losses each time. */
export class LossyRelay {
  readonly #events = new EventQueue();
  readonly #start = performance.now();
  readonly #up: Link;
  readonly #down: Link;
  readonly #socket: Socket;
  readonly #serverPort: number;
  readonly #clients = new Map<string, Socket>();
  readonly #timer: NodeJS.Timeout;
  /** Both ways are cut. */
  cut = false;

  private constructor({ serverPort, seed, up, down }: LossyRelayOptions) {
    const random = new SimulationRandom(seed);
    this.#up = new Link(this.#events, random.part('up'), up);
    this.#down = new Link(this.#events, random.part('down'), down);
    this.#serverPort = serverPort;
    this.#socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20, sendBufferSize: 1 << 20 });
    this.#socket.on('message', (datagram, from) => this.#fromClient(datagram, from));
    this.#timer = setInterval(() => this.#follow(), STEP_MS);
  }

  static async start(options: LossyRelayOptions): Promise<LossyRelay> {
    const relay = new LossyRelay(options);
    relay.#socket.bind(0, LOOPBACK);
    await once(relay.#socket, 'listening');
    return relay;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Addresses that have sent anything through this relay. */
  get clients(): number {
    return this.#clients.size;
  }

  /** Packets lost on the wire and in the queue, both ways. */
  get lost(): number {
    return this.#up.lost + this.#up.overflowed + this.#down.lost + this.#down.overflowed;
  }

  /** Sends the media of all sessions that the page opens through this relay. */
  async attach({ page }: TestPage): Promise<void> {
    // Not what lies below a session: a stream of events has no end to wait for.
    await page.route(/\/api\/wh[ie]p\/(?:publish|play|session)\/[^/]+$/, async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const answer = text
        .replace(/^a=candidate:\S+ 1 tcp .*\r\n/gim, '')
        .replaceAll(` ${this.#serverPort} typ host`, ` ${this.port} typ host`);
      await route.fulfill({ response, body: answer });
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
    for (const socket of this.#clients.values()) socket.close();
    this.#clients.clear();
  }

  #follow(): void {
    this.#events.runUntil(performance.now() - this.#start);
  }

  #fromClient(datagram: Buffer, from: RemoteInfo): void {
    this.#follow();
    const upstream = this.#upstream(from);
    this.#up.send(datagram.length, () => {
      if (!this.cut && this.#isOpen(upstream)) upstream.send(datagram, this.#serverPort, LOOPBACK);
    });
  }

  /** The socket that stands for a client at the server. */
  #upstream(client: RemoteInfo): Socket {
    const name = `${client.address}:${client.port}`;
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20, sendBufferSize: 1 << 20 });
    socket.on('message', (datagram) => {
      this.#follow();
      this.#down.send(datagram.length, () => {
        if (!this.cut && this.#isOpen(socket)) this.#socket.send(datagram, client.port, client.address);
      });
    });
    // A client that has gone away is told by an error of the system.
    socket.on('error', () => undefined);
    this.#clients.set(name, socket);
    return socket;
  }

  #isOpen(socket: Socket): boolean {
    return [...this.#clients.values()].includes(socket);
  }
}
