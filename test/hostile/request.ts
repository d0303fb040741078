/** Generated requests: the same seed and index give the same one, but for sessions, which exist only while they run. */
import { readdirSync, readFileSync } from 'node:fs';
import { METHODS } from 'node:http';
import { join } from 'node:path';
import { BYTE_MUTATIONS } from '../fuzz/mutate-bytes.ts';
import { TEXT_MUTATIONS } from '../fuzz/mutate-text.ts';
import { SeededRandom } from '../fuzz/random.ts';
import { ROUTES } from './routes.ts';
import type { Route } from './routes.ts';

/** A session that runs, as its 201 told it. */
export interface KnownSession {
  path: string;
  /** With its quotes. */
  etag: string;
}

export type Delivery = 'whole' | 'in pieces' | 'cut short' | 'aborted';

export interface HostileRequest {
  index: number;
  route: Route;
  method: string;
  /** The path is a route's own, so that its statuses hold. */
  isExact: boolean;
  /** The parser cannot read it, or should not. */
  isBroken: boolean;
  delivery: Delivery;
  bodyBytes: number;
  bytes: Buffer;
}

const OFFERS = readOffers();
const FRAGMENTS = [
  'a=ice-ufrag:EsAw\r\na=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 2130706431 198.51.100.1 39132 typ host\r\na=end-of-candidates\r\n',
  'a=candidate:1 0 udp 2130706431 192.0.2.1 40000 typ host\r\n',
  'a=candidate:1 1 UDP 2122 2b1c.local 40000 typ host\r\na=end-of-candidates\r\n',
].map((text) => Uint8Array.from(Buffer.from(text)));

/** Bodies of the WHEP extensions. */
const EXTENSION_REQUESTS = [
  '["active","inactive","layers","reconnect","viewercount"]',
  '["active"]',
  '{"mediaId":"1","encodingId":"h"}',
  '{"maxWidth":640,"maxHeight":360,"spatialLayerId":null}',
  '{"temporalLayerId":1,"maxSpatialLayerId":0}',
  '{}',
].map((text) => Buffer.from(text));

const ROOMS = Array.from({ length: 20 }, (_, index) => `hostile-${index}`);
/** Names that are percent-encoded before they go into a path, and pieces that go in as they are. */
const ODD_ROOMS = [
  '房间',
  '.hidden',
  'a b',
  'x'.repeat(65),
  'a/b',
  '<script>',
  'a\u0000',
  '\u{1f600}',
  '__proto__',
  'a%2e',
];
const ODD_PIECES = [
  '%',
  '%zz',
  '%FF',
  '%C3',
  '%00',
  '..',
  '../..',
  '%2e%2e%2f',
  '//',
  ';',
  '?x=1',
  '#f',
  '*',
  ':room',
  '\\',
];
const HOT_METHODS = ['POST', 'POST', 'POST', 'PATCH', 'PATCH', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PUT'];
const BAD_METHODS = ['get', 'FOO', 'POST\t', '', 'GET/', '\u0000'];
const SERVED_METHODS = METHODS.filter((method) => method !== 'CONNECT');
const TYPES = [
  'application/sdp',
  'APPLICATION/SDP; charset=utf-8',
  'application/trickle-ice-sdpfrag',
  'application/trickle-ice-sdpfrag;x="a;b"',
  ...['application/json', 'text/plain', 'application/sdpx', '', ';', 'a/b/c', '"', `a/${'b'.repeat(600)}`],
];
const TAGS = ['*', '"*"', '{etag}', '{etag}', '{etag}', 'W/{etag}', '"other", {etag}', '"', '', 'tag', '"\u00e9"', ','];
const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ['Authorization', 'Bearer x'],
  ['Authorization', 'Bearer'],
  ['X-Auth-Token', 'x'],
  ['Origin', 'https://page.example'],
  ['Origin', 'null'],
  ['Access-Control-Request-Method', 'PATCH'],
  ['Accept', 'text/plain'],
  ['Accept-Encoding', 'br;q=1, *'],
  ['Content-Encoding', 'gzip'],
  ['Range', 'bytes=0-1,5-'],
  ['If-None-Match', '*'],
  ['If-Modified-Since', 'x'],
  ['X-Forwarded-For', '::, 1.2.3.4'],
  ['Forwarded', 'for="[::1]"'],
  ['Cookie', 'a=b; c'],
  ['Upgrade', 'websocket'],
  ['Upgrade-Insecure-Requests', '1'],
  ['__proto__', 'x'],
  ['constructor', 'x'],
  ['X-Long', 'x'.repeat(4000)],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['Expect', '100-continue'],
  ['TE', 'trailers'],
];
/** Header lines that break a request. */
const BREAKING_LINES = [
  'Content-Length: -1',
  'Content-Length: 1, 2',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: gzip',
  'Transfer-Encoding: chunked\r\nContent-Length: 3',
  'no colon',
  ': empty',
  'A b: c',
  'X: \u0000',
  ' folded: line',
  `X: ${'x'.repeat(20_000)}`,
  'Host: a\r\nHost: b',
  'Expect: wonders',
];

function readOffers(): Uint8Array[] {
  const folder = join(import.meta.dirname, '../fixtures/offers');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sdp'))
    .sort()
    .map((name) => Uint8Array.from(readFileSync(join(folder, name))));
}

/** The request of an index. `sessions` are those that run now. */
export function generateRequest(seed: number, index: number, sessions: readonly KnownSession[]): HostileRequest {
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const method = pickMethod(random);
  const route = pickRoute(random, method);
  const session = sessions.length > 0 && !random.oneIn(8) ? random.pick(sessions) : undefined;
  const { path, isExact } = writePath(route, random, session);
  const breaks = random.oneIn(25);
  const headers = writeHeaders(route, method, random, session);
  const body = writeBody(route, method, random);
  const version =
    breaks && random.oneIn(6) ? random.pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/9.9', 'HTTP', '']) : 'HTTP/1.1';
  if (breaks) headers.push(random.oneIn(8) ? '' : random.pick(BREAKING_LINES));
  const framed = frame(body, method, random);
  const head = [`${method} ${path} ${version}`, ...headers, ...framed.headers, 'Connection: close', '', ''].join(
    '\r\n',
  );
  return {
    index,
    route,
    method,
    isExact,
    isBroken: breaks || framed.isBroken || !SERVED_METHODS.includes(method) || !isRequestTarget(path),
    delivery: pickDelivery(random),
    bodyBytes: body.length,
    bytes: Buffer.concat([Buffer.from(head, 'latin1'), framed.bytes]),
  };
}

function pickMethod(random: SeededRandom): string {
  if (random.oneIn(60)) return random.pick(BAD_METHODS);
  return random.oneIn(10) ? random.pick(METHODS) : random.pick(HOT_METHODS);
}

function pickRoute(random: SeededRandom, method: string): Route {
  const [publish, play, session] = ROUTES;
  if (random.oneIn(4) || publish === undefined || play === undefined || session === undefined)
    return random.pick(ROUTES);
  return method === 'POST' ? random.pick([publish, play]) : random.pick([session, session, session, publish, play]);
}

function pickDelivery(random: SeededRandom): Delivery {
  if (random.oneIn(30)) return 'aborted';
  if (random.oneIn(30)) return 'cut short';
  return random.oneIn(8) ? 'in pieces' : 'whole';
}

/** Printable ASCII without a space, from a slash on: what a server must at least read as a target. */
function isRequestTarget(path: string): boolean {
  return /^\/[\x21-\x7e]*$/.test(path);
}

function writePath(
  route: Route,
  random: SeededRandom,
  session: KnownSession | undefined,
): { path: string; isExact: boolean } {
  const room = random.oneIn(10) ? random.pick(ODD_ROOMS) : random.pick(ROOMS);
  const unknown = `/api/${random.pick(['whip', 'whep'])}/session/${Buffer.from(random.bytes(16)).toString('base64url')}`;
  const known = session?.path ?? unknown;
  // Only viewers' sessions have anything below them.
  const sessionPath = route.path.startsWith('{session}/') ? known.replace('/whip/', '/whep/') : known;
  const path = route.path.replace('{room}', encodeURIComponent(room)).replace('{session}', sessionPath);
  const query = random.oneIn(20) ? '?token=x&a[]=%' : '';
  if (!random.oneIn(12)) return { path: path + query, isExact: true };
  return { path: spoil(path, random) + query, isExact: false };
}

function spoil(path: string, random: SeededRandom): string {
  const at = random.below(path.length + 1);
  const character = path
    .charCodeAt(at % path.length)
    .toString(16)
    .padStart(2, '0');
  return random.pick([
    path.slice(0, at) + random.pick(ODD_PIECES) + path.slice(at),
    `${path.slice(0, at)}%${character}${path.slice(at + 1)}`,
    path.slice(0, at),
    `${path}/`,
    `/${path}`,
    path.toUpperCase(),
    path + 'x'.repeat(random.pick([100, 3000, 20_000])),
    `http://other.example${path}`,
    path.slice(1),
    `${path.slice(0, at)}\u00ff${path.slice(at)}`,
  ]);
}

function writeHeaders(route: Route, method: string, random: SeededRandom, session: KnownSession | undefined): string[] {
  const fitting = bodyOf(route).type;
  const type = random.oneIn(5) ? random.pick(TYPES) : fitting;
  const headers = [`Host: ${random.oneIn(30) ? random.pick(['', 'a b', '[::1', 'x'.repeat(300)]) : 'server.example'}`];
  if ((method !== 'GET' && !random.oneIn(20)) || random.oneIn(10)) headers.push(`Content-Type: ${type}`);
  if (method === 'PATCH' && !random.oneIn(8)) {
    const name = random.oneIn(8) ? 'ETag' : 'If-Match';
    headers.push(`${name}: ${random.pick(TAGS).replace('{etag}', session?.etag ?? '"none"')}`);
  }
  while (random.oneIn(3)) headers.push(random.pick(ODD_HEADERS).join(': '));
  return headers;
}

/** What a route takes. */
function bodyOf({ path }: Route): { type: string; corpus: readonly Uint8Array[] } {
  if (path === '{session}') return { type: 'application/trickle-ice-sdpfrag', corpus: FRAGMENTS };
  if (path.startsWith('{session}/')) return { type: 'application/json', corpus: EXTENSION_REQUESTS };
  return { type: 'application/sdp', corpus: OFFERS };
}

function writeBody(route: Route, method: string, random: SeededRandom): Uint8Array {
  if (random.oneIn(12)) return random.bytes(random.pick([0, 1, 100, 5000]));
  if (random.oneIn(60)) return new Uint8Array(random.pick([65_536, 65_537, 200_000])).fill(0x61);
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return new Uint8Array(0);
  const corpus = random.oneIn(10) ? OFFERS : bodyOf(route).corpus;
  let body = random.pick(corpus);
  while (!random.oneIn(3)) {
    if (body.length === 0) break;
    const mutations = random.oneIn(6) ? BYTE_MUTATIONS : TEXT_MUTATIONS;
    body = random.pick(mutations)(body, random, random.pick(corpus)).slice(0, 70_000);
  }
  return body;
}

interface Framed {
  headers: string[];
  bytes: Buffer;
  isBroken: boolean;
}

function frame(body: Uint8Array, method: string, random: SeededRandom): Framed {
  const bytes = Buffer.from(body);
  const isRead = method !== 'GET' && method !== 'HEAD';
  if (isRead && random.oneIn(8)) return frameInChunks(bytes, random);
  if (random.oneIn(60)) {
    // A length that the bytes do not have: the rest is a second request, or never comes.
    const claimed = random.pick([Math.max(0, bytes.length - 5), bytes.length + 5]);
    return { headers: [`Content-Length: ${claimed}`], bytes, isBroken: true };
  }
  return { headers: bytes.length > 0 || isRead ? [`Content-Length: ${bytes.length}`] : [], bytes, isBroken: false };
}

function frameInChunks(body: Buffer, random: SeededRandom): Framed {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const size = random.between(1, Math.max(1, body.length >> 1));
    const chunk = body.subarray(at, at + size);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
    at += size;
  }
  const isBroken = random.oneIn(6);
  const end = isBroken
    ? random.pick(['zz\r\n', '-1\r\n\r\n', 'ffffffffffffffffff\r\n', '5\r\nabc', '0\r\nA b\r\n\r\n'])
    : '0\r\n\r\n';
  return { headers: ['Transfer-Encoding: chunked'], bytes: Buffer.concat([...parts, Buffer.from(end)]), isBroken };
}
