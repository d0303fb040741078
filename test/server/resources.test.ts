import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFER, problemOf, SDP, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let server: TestServer;
let pages: string;
beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'pages-'));
  mkdirSync(join(pages, 'web/assets'), { recursive: true });
  writeFileSync(join(pages, 'secret.txt'), 'secret');
  writeFileSync(join(pages, 'web/player.html'), '<!doctype html>');
  writeFileSync(join(pages, 'web/index.html'), '<!doctype html><title>the home page</title>');
  writeFileSync(join(pages, 'web/assets/player-B1c2D3e4.js'), 'export {};');
  server = await startTestServer({}, { pagesDirectory: join(pages, 'web') });
});
afterAll(async () => {
  await server.stop();
  rmSync(pages, { recursive: true });
});

describe('GET /api/rooms', () => {
  it('lists what is on, without session ids', async () => {
    expect(await (await server.call('GET', '/api/rooms')).json()).toEqual([]);
    const { path } = await server.open('whip/publish', 'b');
    await server.open('whep/play', 'b');
    await server.open('whep/play', 'a');
    const response = await server.call('GET', '/api/rooms');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual([
      { name: 'a', live: false, tracks: [], subscribers: 1, warnings: [] },
      {
        name: 'b',
        live: true,
        liveSince: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
        tracks: [
          {
            ...{ kind: 'video', codec: 'VP8', width: 640, height: 480, bitrate: 1000 },
            layers: [
              { rid: 'h', width: 640, height: 480, bitrate: 900 },
              { rid: 'l', width: 160, height: 120, bitrate: 100 },
            ],
          },
        ],
        subscribers: 1,
        warnings: [{ code: 'b_frames', advice: expect.stringContaining('B-frames') as unknown }],
      },
    ]);
    const room = await (await server.call('GET', '/api/rooms/b')).text();
    expect(room).not.toContain(path.split('/').pop());
    expect(JSON.parse(room)).toMatchObject({
      name: 'b',
      sessions: [
        { role: 'publish', state: 'connected', bitrate: 1, packets: 2, packetsLost: 0, jitter: 3 },
        { role: 'play', rid: 'h' },
      ],
    });
  });

  it('answers 404 for a room that is not open and 400 for a name that is none', async () => {
    const missing = await server.call('GET', '/api/rooms/nothing');
    expect(missing.status).toBe(404);
    expect((await problemOf(missing)).code).toBe('no_such_room');
    expect((await server.call('GET', '/api/rooms/.a')).status).toBe(400);
  });

  it('answers HEAD like GET, and 405 for the rest', async () => {
    const head = await server.call('HEAD', '/api/rooms');
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toMatch(/^application\/json/);
    expect((await server.call('POST', '/api/rooms')).headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });
});

describe('CORS', () => {
  const ORIGIN = 'https://example.org';
  const preflight = { Origin: ORIGIN, 'Access-Control-Request-Method': 'POST' };

  it('answers a preflight with methods and headers by name', async () => {
    const response = await server.call('OPTIONS', '/api/whip/publish/room', {
      ...preflight,
      'Access-Control-Request-Headers': 'authorization,content-type',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, OPTIONS');
    const allowed = response.headers.get('access-control-allow-headers')?.split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining(['Authorization', 'Content-Type', 'If-Match', 'X-Auth-Token', 'ETag']),
    );
  });

  it('exposes what clients read, on answers and refusals alike', async () => {
    const answers = [
      await server.call('POST', '/api/whip/publish/room', { ...SDP, Origin: ORIGIN }, OFFER),
      await server.call('POST', '/api/whip/publish/room', { Origin: ORIGIN }, OFFER),
      await server.call('POST', '/api/whip/publish/%FF', { ...SDP, Origin: ORIGIN }, OFFER),
      await server.call('GET', '/api/nothing', { Origin: ORIGIN }),
      await server.call('PUT', '/api/rooms', { Origin: ORIGIN }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 415, 400, 404, 405]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      const exposed = headers.get('access-control-expose-headers')?.split(', ');
      const wanted = ['Location', 'ETag', 'Link', 'Accept-Post', 'Accept-Patch', 'Retry-After'];
      expect(exposed).toEqual(expect.arrayContaining([...wanted, 'Access-Control-Allow-Methods']));
    }
  });

  it('lets only the origins of ALLOWED_ORIGIN in', async () => {
    const strict = await startTestServer({ ALLOWED_ORIGIN: `${ORIGIN}, http://localhost:3000/` });
    try {
      for (const origin of [ORIGIN, 'http://localhost:3000']) {
        const response = await strict.call('OPTIONS', '/api/rooms', { ...preflight, Origin: origin });
        expect(response.headers.get('access-control-allow-origin')).toBe(origin);
        expect(response.headers.get('vary')).toBe('Origin');
      }
      for (const origin of ['https://example.com', 'null', `${ORIGIN}.evil.net`]) {
        const response = await strict.call('GET', '/api/rooms', { Origin: origin });
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
        expect(response.headers.get('vary')).toBe('Origin');
      }
    } finally {
      await strict.stop();
    }
  });
});

describe('health', () => {
  it('is alive and ready', async () => {
    for (const [path, status] of [
      ['/healthz', 'ok'],
      ['/readyz', 'ready'],
    ] as const) {
      const response = await server.call('GET', path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status });
    }
  });
});

describe('pages', () => {
  it('come with their types, and are asked for again each time but for hashed assets', async () => {
    const page = await server.call('GET', '/web/player.html?token=secret');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await server.call('GET', '/web/assets/player-B1c2D3e4.js');
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('begin at / with the home page, which is held to the same', async () => {
    const response = await server.call('GET', '/?lang=zh');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await response.text()).toContain('the home page');
  });

  it.each([
    '/web/nothing.html',
    '/web/../secret.txt',
    '/web/..%2fsecret.txt',
    '/web/%2e%2e%2fsecret.txt',
    '/web/..\\secret.txt',
  ])('have nothing at %s', async (path) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(server.url, { path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject).end();
    });
    expect([400, 403, 404]).toContain(status);
  });
});

describe('the log', () => {
  it('has a line for each request, without its query', async () => {
    await server.call('GET', '/web/player.html?token=hidden-token');
    const line = server.events.find((event) => event.msg === 'request' && event.path === '/web/player.html');
    expect(line).toMatchObject({ method: 'GET', status: 200 });
    expect(server.rawLog.join('')).not.toContain('hidden-token');
  });

  it('names room and session where a session opens and closes', async () => {
    const { path } = await server.open('whep/play', 'logged');
    await server.call('DELETE', path);
    const session = path.split('/').pop();
    const lines = server.events.filter((event) => event.room === 'logged' && event.msg !== 'session connected');
    expect(lines).toMatchObject([
      { level: 'info', msg: 'session opened', session, role: 'play' },
      { level: 'info', msg: 'session closed', session, role: 'play', reason: 'deleted' },
    ]);
  });
});

describe('GET /api/openapi.json', () => {
  it('describes every route with a summary, its parameters and its refusals', async () => {
    const api = (await (await server.call('GET', '/api/openapi.json')).json()) as {
      paths: Record<
        string,
        Record<string, { summary?: string; security: object[]; responses: Record<string, unknown> }>
      >;
    };
    expect(Object.keys(api.paths).sort()).toEqual(
      expect.arrayContaining([
        '/api/rooms',
        '/api/rooms/{room}',
        '/api/whep/play/{room}',
        '/api/whep/session/{session}',
        '/api/whip/publish/{room}',
        '/api/whip/session/{session}',
        '/healthz',
        '/readyz',
      ]),
    );
    for (const path of Object.values(api.paths)) {
      // No route serves it: it is answered with 405, as all that is not described.
      expect(Object.keys(path)).not.toContain('trace');
      for (const operation of Object.values(path)) expect(operation.summary).toBeTruthy();
    }
    const security = (path: string, method: string): object[] | undefined => api.paths[path]?.[method]?.security;
    const token = [{ bearer: [] }, { header: [] }];
    expect(security('/api/rooms', 'get')).toEqual(token);
    expect(security('/api/whip/session/{session}', 'delete')).toEqual(token);
    expect(security('/api/records', 'get')).toEqual(token);
    expect(security('/records/{folder}/{file}', 'get')).toEqual([...token, { link: [], linkExpires: [] }]);
    expect(security('/api/admin/records/{id}', 'delete')).toEqual([{ admin: [] }]);
    expect(security('/metrics', 'get')).toEqual([{ metrics: [] }]);
    expect(security('/healthz', 'get')).toEqual([]);
    const post = api.paths['/api/whip/publish/{room}']?.post;
    expect(Object.keys(post?.responses ?? {})).toEqual(expect.arrayContaining(['201', '400', '409', '415', '503']));
  });
});

describe('a request that is not HTTP', () => {
  it.each([
    ['garbage', 'hello\r\n\r\n', '400'],
    ['headers over the limit', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ])('is answered with a problem: %s', async (_name, text, status) => {
    const answer = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(server.http.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (data: Buffer) => (received += data.toString()));
      socket.on('error', reject).on('close', () => resolve(received));
    });
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*application/problem\\+json[^]*"status":${status}`));
  });
});
