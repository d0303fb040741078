/** The server with its real worker under requests that nobody should send. */
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, METHODS, request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEXT_MUTATIONS } from '../fuzz/mutate-text.ts';
import { SeededRandom } from '../fuzz/random.ts';
import { startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const REQUESTS = 10_000;
const CONCURRENCY = 16;
const SEED = Number(process.env.BAD_INPUT_SEED ?? 20_240_817);
/** The reference's table, with what HTTP itself answers to what it cannot read. */
const ALLOWED = new Set([200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 431, 503]);

const offersDirectory = fileURLToPath(new URL('../fixtures/offers', import.meta.url));
const OFFERS = readdirSync(offersDirectory).map((name) => readFileSync(`${offersDirectory}/${name}`, 'latin1'));
const workerEntry = fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url));

const random = new SeededRandom(SEED);
const chance = (probability: number): boolean => random.bits() < probability * 2 ** 32;
const pick = <T>(items: readonly T[]): T => random.pick(items);
const garbage = (length: number): string => Buffer.from(random.bytes(random.below(length))).toString('latin1');

const sessions: string[] = [];

function makePath(): string {
  const room = pick([
    'room',
    'a',
    '%E6%88%BF',
    '%FF',
    '%',
    '..%2f',
    '.x',
    'a%00',
    'x'.repeat(65),
    encodeURIComponent(garbage(20)),
  ]);
  const id = pick(['x', '__proto__', 'constructor', '%2e%2e', encodeURIComponent(garbage(30)), ...sessions.slice(-5)]);
  const path = pick([
    `/api/whip/publish/${room}`,
    `/api/whep/play/${room}`,
    `/api/whip/publish/${room}`,
    `/api/whep/play/${room}`,
    id.startsWith('/') ? id : `/api/whip/session/${id}`,
    id.startsWith('/') ? id : `/api/whep/session/${id}`,
    `/api/rooms/${room}`,
    '/api/rooms',
    `/api/admin/rooms/${room}/close`,
    '/api/ice-servers',
    '/api/openapi.json',
    '/healthz',
    '/metrics',
    `/web/${room}`,
    `/${encodeURIComponent(garbage(20))}`,
  ]);
  return chance(0.1)
    ? `${path}${pick(['/', '//', '?', '?token=x', '#x', '/..', '%2f', ';x'])}`.replaceAll('#', '%23')
    : path;
}

function makeHeaders(): Record<string, string> {
  const visible = garbage(30).replace(/[^\x20-\x7E]/g, '');
  const headers: Record<string, string> = {};
  if (chance(0.9)) {
    headers['Content-Type'] = pick([
      'application/sdp',
      'application/sdp',
      'application/sdp',
      'application/trickle-ice-sdpfrag',
      'APPLICATION/SDP; charset="x"',
      'application/json',
      'multipart/form-data',
      visible,
    ]);
  }
  if (chance(0.3)) headers['If-Match'] = pick(['*', '"*"', '""', 'W/"x"', '"a", "b"', visible]);
  if (chance(0.1)) headers.ETag = visible;
  if (chance(0.1)) headers.Origin = pick(['null', 'https://a.org', visible]);
  if (chance(0.1)) headers.Authorization = pick(['Bearer', 'Bearer x', 'Basic eA==', visible]);
  if (chance(0.1)) headers['X-Forwarded-For'] = visible;
  if (chance(0.05)) headers['Accept-Encoding'] = visible;
  if (chance(0.05)) headers.Range = pick(['bytes=0-', 'bytes=5-1', visible]);
  if (chance(0.05)) headers['Content-Encoding'] = pick(['gzip', visible]);
  return headers;
}

/** A real offer with some lines gone, doubled, mixed up or broken. */
function mutate(text: string): Buffer {
  let bytes: Uint8Array = Buffer.from(text, 'latin1');
  const other = Buffer.from(pick(OFFERS), 'latin1');
  for (let changes = random.below(6); changes > 0; changes--) bytes = pick(TEXT_MUTATIONS)(bytes, random, other);
  return Buffer.from(bytes);
}

const SOME_FRAGMENT =
  'a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n' +
  'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n';

function makeBody(): Buffer | undefined {
  const make = pick([
    () => mutate(pick(OFFERS)),
    () => mutate(pick(OFFERS)),
    () => mutate(SOME_FRAGMENT),
    () => Buffer.from(random.bytes(random.below(500))),
    () => Buffer.from('v=0\r\n'.repeat(random.below(20_000))),
    () => Buffer.alloc(0),
    () => undefined,
  ]);
  return make();
}

const USUAL_METHODS = ['POST', 'POST', 'POST', 'PATCH', 'PATCH', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT'];
const OTHER_METHODS = METHODS.filter((method) => method !== 'CONNECT');

interface BadRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

/** Wrong in its SDP alone, if at all. */
function makeOffer(): BadRequest {
  const path = `/api/${pick(['whip/publish', 'whep/play'])}/${pick(['a', 'b', 'c'])}`;
  return { method: 'POST', path, headers: { 'Content-Type': 'application/sdp' }, body: mutate(pick(OFFERS)) };
}

/** Wrong in its tag and its fragment alone, if at all. */
function makePatch(): BadRequest {
  const path = sessions.at(-1 - random.below(5)) ?? '/api/whip/session/x';
  const headers = {
    'Content-Type': 'application/trickle-ice-sdpfrag',
    'If-Match': pick(['*', '"*"', '"x"', 'W/"x"', '""']),
  };
  const body = mutate(pick([SOME_FRAGMENT, SOME_FRAGMENT, pick(OFFERS)]));
  return { method: chance(0.95) ? 'PATCH' : 'DELETE', path, headers, body };
}

/** Wrong in everything. */
function makeAnything(): BadRequest {
  const method = pick(chance(0.9) ? USUAL_METHODS : OTHER_METHODS);
  const body = method === 'POST' || method === 'PATCH' ? makeBody() : undefined;
  return { method, path: makePath(), headers: makeHeaders(), body };
}

let server: TestServer;
const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
beforeAll(async () => {
  server = await startTestServer({ LOG_LEVEL: 'warn' }, { workerEntry });
});
afterAll(async () => {
  agent.destroy();
  await server.stop();
});

interface Answer {
  status: number;
  contentType: string | undefined;
  location: string | undefined;
}

function call(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(server.url, { method, path, headers, agent }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        const { 'content-type': contentType, location } = response.headers;
        resolve({ status: response.statusCode ?? 0, contentType, location });
      });
    });
    // A body that is too large is answered before it is read; the connection may be gone by then.
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET') resolve(undefined);
      else reject(error);
    });
    request.end(body);
  });
}

it('answers within the table, keeps running, and keeps nothing', { timeout: 240_000 }, async () => {
  let left = REQUESTS;
  const statuses = new Map<number, number>();
  const wrong: string[] = [];
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const { method, path, headers, body } = pick([makeOffer, makeOffer, makePatch, makeAnything])();
      const answer = await call(method, path, headers, body);
      if (answer === undefined) continue;
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      const isRedirect = answer.status >= 300 && answer.status < 400 && !path.startsWith('/api');
      const isProblem = answer.status < 400 || method === 'HEAD' || answer.contentType === 'application/problem+json';
      if (!(ALLOWED.has(answer.status) || isRedirect) || !isProblem) {
        wrong.push(`${method} ${path} ${JSON.stringify(headers)}: ${answer.status} ${answer.contentType}`);
      }
      if (answer.status === 201 && answer.location !== undefined) sessions.push(answer.location);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  expect(wrong).toEqual([]);
  expect(server.events).toEqual([]);
  for (const status of [200, 201, 204, 400, 404, 405, 412, 413, 415, 422, 428]) {
    expect([status, (statuses.get(status) ?? 0) > 0]).toEqual([status, true]);
  }
  expect(statuses.get(201)).toBeGreaterThan(500);

  for (const path of sessions) expect([200, 404]).toContain((await server.call('DELETE', path)).status);
  expect(await (await server.call('GET', '/api/rooms')).json()).toEqual([]);
  const metrics = await (await server.call('GET', '/metrics')).text();
  expect(metrics).toMatch(/^live_webrtc_publishers 0$/m);
  expect(metrics).toMatch(/^live_webrtc_subscribers 0$/m);
  expect(metrics).toMatch(/^live_webrtc_worker_up\{worker="0"\} 1$/m);
});
