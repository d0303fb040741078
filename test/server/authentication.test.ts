import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAGMENT, OFFER, problemOf, SDP, startTestServer } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const GLOBAL = 'global-token-1';
const ROOM = 'room-token-2';
const OTHER = 'other-token-3';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ AUTH_TOKEN: GLOBAL, ROOM_TOKENS: `vip:${ROOM};Ünlü:${OTHER}`, LOG_LEVEL: 'trace' });
});
afterAll(() => server.stop());

async function post(path: string, headers: Record<string, string>): Promise<Response> {
  return server.call('POST', path, { ...SDP, ...headers }, OFFER);
}

describe.each(['/api/whip/publish', '/api/whep/play'])('AUTH_TOKEN at %s', (endpoint) => {
  it.each([
    ['none', {}],
    ['a wrong one', bearer('wrong')],
    ['a part of it', bearer(GLOBAL.slice(0, -1))],
    ['another scheme', { Authorization: `Basic ${GLOBAL}` }],
    ['an empty one', { Authorization: 'Bearer ' }],
    ['a wrong one in X-Auth-Token', { 'X-Auth-Token': 'wrong' }],
  ])('answers 401 with WWW-Authenticate to %s', async (_name, headers) => {
    const response = await post(`${endpoint}/room`, headers);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect((await problemOf(response)).code).toBe('unauthorized');
  });

  it.each([
    ['Authorization', bearer(GLOBAL)],
    ['Authorization in another case', { Authorization: `bEARER ${GLOBAL}` }],
    ['X-Auth-Token', { 'X-Auth-Token': GLOBAL }],
    ['X-Auth-Token beside the password of a proxy', { Authorization: 'Basic dTpw', 'X-Auth-Token': GLOBAL }],
  ])('takes it in %s', async (_name, headers) => {
    expect((await post(`${endpoint}/room`, headers)).status).toBe(201);
  });

  it('comes before everything else that may be wrong', async () => {
    expect((await server.call('POST', `${endpoint}/room`, {}, 'x'.repeat(100_000))).status).toBe(401);
    expect((await server.call('PUT', `${endpoint}/room`)).status).toBe(401);
  });

  it('is needed for GET and HEAD, not for OPTIONS', async () => {
    expect((await server.call('GET', `${endpoint}/room`)).status).toBe(401);
    expect((await server.call('HEAD', `${endpoint}/room`)).status).toBe(401);
    const options = await server.call('OPTIONS', `${endpoint}/room`, { Origin: 'https://a.org' });
    expect(options.status).toBe(200);
  });
});

describe('ROOM_TOKENS', () => {
  it.each(['/api/whip/publish', '/api/whep/play'])(
    'are needed in their rooms in place of AUTH_TOKEN: %s',
    async (endpoint) => {
      expect((await post(`${endpoint}/vip`, bearer(ROOM))).status).toBe(201);
      expect((await post(`${endpoint}/vip`, {})).status).toBe(401);
      for (const token of [GLOBAL, OTHER]) {
        const response = await post(`${endpoint}/vip`, bearer(token));
        expect(response.status).toBe(403);
        expect((await problemOf(response)).code).toBe('forbidden');
      }
      expect((await post(`${endpoint}/room`, bearer(ROOM))).status).toBe(403);
    },
  );

  it('hold for a room however its name is written', async () => {
    const decomposed = encodeURIComponent('Ünlü'.normalize('NFD'));
    expect((await post(`/api/whep/play/${decomposed}`, bearer(OTHER))).status).toBe(201);
    expect((await post(`/api/whep/play/${decomposed}`, bearer(GLOBAL))).status).toBe(403);
    expect((await post('/api/whep/play/%76%69%70', bearer(GLOBAL))).status).toBe(403);
  });
});

describe('session URLs', () => {
  it('need the token of their POST', async () => {
    const { path, etag } = await server.open('whip/publish', 'vip', bearer(ROOM));
    for (const method of ['GET', 'HEAD', 'PATCH', 'DELETE', 'PUT']) {
      expect((await server.call(method, path)).status).toBe(401);
      expect((await server.call(method, path, bearer(GLOBAL))).status).toBe(403);
    }
    const patch = { ...FRAGMENT, ...bearer(ROOM), 'If-Match': etag };
    expect((await server.call('PATCH', path, patch, 'a=candidate')).status).toBe(204);
    expect((await server.call('OPTIONS', path)).status).toBe(200);
    expect((await server.call('DELETE', path, bearer(ROOM))).status).toBe(200);
    expect((await server.call('DELETE', path, bearer(ROOM))).status).toBe(404);
    expect((await server.call('DELETE', path)).status).toBe(401);
  });

  it('cannot be reached by another spelling of the path', async () => {
    const { path } = await server.open('whip/publish', 'room', bearer(GLOBAL));
    for (const spelling of [path.replace('/api', '/%61pi'), path.replace('session', 's%65ssion')]) {
      expect((await server.call('DELETE', spelling)).status).toBe(401);
    }
  });
});

describe('other URLs', () => {
  it.each(['/api/rooms', '/api/openapi.json', '/api/nothing', '/%61pi/rooms'])('%s needs a token', async (path) => {
    expect((await server.call('GET', path)).status).toBe(401);
    expect((await server.call('GET', path, bearer(GLOBAL))).status).not.toBe(401);
  });

  it('the list of rooms needs the token of the whole server', async () => {
    expect((await server.call('GET', '/api/rooms', bearer(ROOM))).status).toBe(403);
    expect((await server.call('GET', '/api/rooms', bearer(GLOBAL))).status).toBe(200);
  });

  it("a room's statistics need its token or that of the whole server", async () => {
    await server.open('whep/play', 'vip', bearer(ROOM));
    expect((await server.call('GET', '/api/rooms/vip', bearer(ROOM))).status).toBe(200);
    expect((await server.call('GET', '/api/rooms/vip', bearer(GLOBAL))).status).toBe(200);
    expect((await server.call('GET', '/api/rooms/vip', bearer(OTHER))).status).toBe(403);
    expect((await server.call('GET', '/api/rooms/vip')).status).toBe(401);
  });

  it.each(['/healthz', '/readyz', '/'])('%s needs none', async (path) => {
    expect([200, 307]).toContain((await server.call('GET', path)).status);
  });
});

it('tokens are in no log and no answer', async () => {
  const answer = await post('/api/whip/publish/vip', bearer(OTHER));
  const text = (await answer.text()) + JSON.stringify([...answer.headers]) + server.rawLog.join('');
  for (const token of [GLOBAL, ROOM, OTHER]) expect(text).not.toContain(token);
});

describe('a room that cannot be', () => {
  it.each(['/api/rooms/.a/bans', '/api/rooms/.a/mutes', '/api/rooms/.a/participants', '/api/rooms/a%2Fb/bans'])(
    'opens nothing: %s',
    async (path) => {
      const headers = { ...bearer(GLOBAL), 'Content-Type': 'application/json' };
      const body = JSON.stringify({ address: '127.0.0.1', reason: 'no' });
      for (const [method, sent] of [
        ['GET', undefined],
        ['POST', body],
      ] as const) {
        const { status } = await server.call(method, path, headers, sent);
        expect([400, 405]).toContain(status);
      }
      expect((await post('/api/whep/play/room', bearer(GLOBAL))).status).toBe(201);
    },
  );

  it('does not hide that a method is not served', async () => {
    expect((await server.call('PATCH', '/api/whep/play/.a', bearer(GLOBAL))).status).toBe(405);
    expect((await server.call('PATCH', '/api/whep/play/.a')).status).toBe(401);
  });
});
