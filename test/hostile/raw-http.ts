/** Requests as bytes over a socket of their own, and responses as values. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, HostileRequest } from './request.ts';

export interface RawResponse {
  status: number;
  /** Names in lower case. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/** Longest wait for an answer and the connection's end: milliseconds. */
const PATIENCE = 10_000;

export interface Exchange {
  received: Buffer;
  /** The server neither answered nor closed in time. */
  timedOut: boolean;
  /** It answered with a stream that goes on until somebody leaves. */
  isEndless: boolean;
}

/** Only what a GET is answered with has a body. */
const EVENT_STREAM =
  /^HTTP\/1\.1 200 [^]*\r\ncontent-type: text\/event-stream\r\n[^]*\r\n\r\n(?:[\da-f]+\r\n)?: events follow\n/i;

type Sendable = Pick<HostileRequest, 'bytes' | 'delivery' | 'isBroken'>;

/** Sends bytes and collects what comes back until the connection ends. */
export async function send(port: number, { bytes, delivery, isBroken }: Sendable): Promise<Exchange> {
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  let timedOut = false;
  // A server that has refused may close while the body still comes: what it said before is what counts.
  socket.on('error', () => undefined);
  let isEndless = false;
  socket.on('data', (data: Buffer) => {
    received.push(data);
    isEndless ||= EVENT_STREAM.test(data.toString('latin1'));
    if (isEndless) socket.destroy();
  });
  const connected = new Promise<void>((resolve) => socket.on('connect', () => resolve()));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const waiting = new AbortController();
  const patience = sleep(PATIENCE, undefined, { signal: waiting.signal }).then(
    () => void (timedOut = true),
    () => undefined,
  );
  await Promise.race([connected, closed]);
  await write(socket, bytes, delivery);
  // The server need not wait for what is missing.
  if (isBroken && delivery !== 'aborted') socket.end();
  await Promise.race([closed, patience]);
  waiting.abort();
  socket.destroy();
  return { received: Buffer.concat(received), timedOut, isEndless };
}

async function write(socket: ReturnType<typeof connect>, bytes: Buffer, delivery: Delivery): Promise<void> {
  const middle = bytes.length >> 1;
  switch (delivery) {
    case 'whole':
      socket.write(bytes);
      return;
    case 'in pieces':
      for (const part of [bytes.subarray(0, 10), bytes.subarray(10, middle), bytes.subarray(middle)]) {
        socket.write(part);
        await sleep(2);
      }
      return;
    case 'cut short':
      socket.end(bytes.subarray(0, Math.max(1, bytes.length - 7)));
      return;
    case 'aborted':
      socket.write(bytes.length % 2 === 0 ? bytes : bytes.subarray(0, middle));
      await sleep(bytes.length % 5);
      socket.resetAndDestroy();
  }
}

/** The responses in what was received, to requests of these methods. Undefined where it is no HTTP. */
export function parseResponses(received: Buffer, methods: readonly string[]): RawResponse[] | undefined {
  const responses: RawResponse[] = [];
  let rest = received;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [statusLine = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    if (Number.isNaN(status)) return undefined;
    rest = rest.subarray(end + 4);
    if (status < 200) continue;
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon <= 0) return undefined;
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const method = methods[responses.length];
    const body = takeBody(rest, status, method, headers);
    if (body === undefined) return undefined;
    rest = rest.subarray(body.length);
    responses.push({ status, headers, body: body.bytes });
  }
  return responses;
}

function takeBody(
  rest: Buffer,
  status: number,
  method: string | undefined,
  headers: ReadonlyMap<string, string>,
): { bytes: Buffer; length: number } | undefined {
  // A parser that has not read the method cannot know that it was HEAD: such a refusal has its body.
  const isBodiless = method === 'HEAD' && !rest.subarray(0, 1).equals(Buffer.from('{'));
  if (isBodiless || status === 204 || status === 304) return { bytes: Buffer.alloc(0), length: 0 };
  if (headers.get('transfer-encoding') === 'chunked') return takeChunks(rest);
  const length = Number(headers.get('content-length') ?? rest.length);
  return length <= rest.length ? { bytes: rest.subarray(0, length), length } : undefined;
}

function takeChunks(rest: Buffer): { bytes: Buffer; length: number } | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd < 0 || Number.isNaN(size) || lineEnd + 4 + size > rest.length) return undefined;
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 4 + size;
    if (size === 0) return { bytes: Buffer.concat(chunks), length: at };
  }
}
