/** Many connections from one address, and what a neighbour at another address notices of them. */
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHAT_SUBPROTOCOL } from '../../src/chat/protocol.ts';
import { residentMegabytes } from './process-state.ts';

/** Connections that are opened at the same time. */
const OPENED_AT_ONCE = 200;
/** The crowd stays for so long when all have tried: milliseconds. */
const STAY = 500;
/** Between two requests of the neighbour: milliseconds. */
const NEIGHBOUR_PAUSE = 20;

export const CROWD = '127.0.0.1';
export const NEIGHBOUR = '127.0.0.2';

/** What the connections of a crowd want; each is a request, or nothing at all. */
export const WANTS = {
  nothing: '',
  chat: [
    'GET /api/rooms/crowd/chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n',
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`,
    `Sec-WebSocket-Protocol: ${CHAT_SUBPROTOCOL}\r\n\r\n`,
  ].join(''),
  events: 'GET /api/events HTTP/1.1\r\nHost: a\r\n\r\n',
} as const;

export type Want = keyof typeof WANTS;

export interface FloodResult {
  want: Want;
  tried: number;
  /** Connections that are still there when all have tried. */
  held: number;
  /** Those that were answered, by status; 0 counts those that were closed without an answer. */
  statuses: Record<number, number>;
  /** Requests of the neighbour meanwhile, those that were not answered with 200, and the longest wait: milliseconds. */
  neighbour: { requests: number; failed: number; longest: number };
  /** Megabytes of the server at its most. */
  memory: number;
  seconds: number;
}

interface Attempt {
  socket: Socket;
  /** Undefined as long as there is no answer. */
  status: number | undefined;
  isClosed: boolean;
}

/** Lets a crowd come, stay and leave. */
export async function flood(server: { url: string; pid: number }, want: Want, tries: number): Promise<FloodResult> {
  const port = Number(new URL(server.url).port);
  const begin = performance.now();
  const neighbour = new Neighbour(port);
  const attempts: Attempt[] = [];
  let memory = 0;
  const look = (): void => void (memory = Math.max(memory, residentMegabytes(server.pid)));
  while (attempts.length < tries) {
    const count = Math.min(OPENED_AT_ONCE, tries - attempts.length);
    attempts.push(...(await Promise.all(Array.from({ length: count }, () => attempt(port, WANTS[want])))));
    look();
  }
  await sleep(STAY);
  look();
  const seen = await neighbour.stop();
  const statuses: Record<number, number> = {};
  for (const { status, isClosed } of attempts) {
    if (status !== undefined || isClosed) statuses[status ?? 0] = (statuses[status ?? 0] ?? 0) + 1;
  }
  const held = attempts.filter(({ isClosed }) => !isClosed).length;
  for (const { socket } of attempts) socket.destroy();
  const seconds = (performance.now() - begin) / 1000;
  return { want, tried: tries, held, statuses, neighbour: seen, memory, seconds };
}

/** Opens a connection; resolves when it is open and has asked, and answered or refused where it asks for something. */
async function attempt(port: number, text: string): Promise<Attempt> {
  const socket = connect({ port, host: CROWD, localAddress: CROWD });
  const made: Attempt = { socket, status: undefined, isClosed: false };
  await new Promise<void>((resolve) => {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      made.isClosed = true;
      resolve();
    });
    socket.on('data', (data: Buffer) => {
      made.status ??= Number(/^HTTP\/1\.1 (\d{3}) /.exec(data.toString('latin1'))?.[1]);
      // Who has been refused leaves.
      if (made.status >= 400) socket.destroy();
      resolve();
    });
    socket.on('connect', () => {
      if (text === '') resolve();
      else socket.write(text);
    });
  });
  return made;
}

/** Somebody who asks for the list of rooms over and over, each time over a new connection. */
class Neighbour {
  readonly #port: number;
  readonly #seen = { requests: 0, failed: 0, longest: 0 };
  readonly #done: Promise<void>;
  #isOn = true;

  constructor(port: number) {
    this.#port = port;
    this.#done = this.#run();
  }

  async stop(): Promise<FloodResult['neighbour']> {
    this.#isOn = false;
    await this.#done;
    return this.#seen;
  }

  async #run(): Promise<void> {
    while (this.#isOn) {
      const begin = performance.now();
      const status = await this.#ask();
      this.#seen.requests++;
      if (status !== 200) this.#seen.failed++;
      this.#seen.longest = Math.max(this.#seen.longest, performance.now() - begin);
      await sleep(NEIGHBOUR_PAUSE);
    }
  }

  #ask(): Promise<number | undefined> {
    return new Promise((resolve) => {
      const options = {
        port: this.#port,
        host: '127.0.0.1',
        localAddress: NEIGHBOUR,
        path: '/api/rooms',
        agent: false,
      };
      request(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', () => resolve(undefined))
        .end();
    });
  }
}
