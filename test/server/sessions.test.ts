import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FRAGMENT, OFFER, problemOf, SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer, TestSession } from './support/test-server.ts';

const CANDIDATE = 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n';
const RESTART = 'a=ice-ufrag:new\r\n';

let server: TestServer;
let session: TestSession;
beforeAll(async () => {
  server = await startTestServer({ MAX_SDP_BYTES: '2048' });
});
afterAll(() => server.stop());

describe.each([
  ['WHIP', 'whip/publish', '/api/whep/'],
  ['WHEP', 'whep/play', '/api/whip/'],
] as const)('%s session', (_, endpoint, otherPrefix) => {
  beforeEach(async () => {
    session = await server.open(endpoint, 'room');
  });
  const patch = (headers: Record<string, string>, body: string): Promise<Response> =>
    server.call('PATCH', session.path, { ...FRAGMENT, ...headers }, body);

  it('takes a trickle fragment with the current tag: 204, no body, no ETag', async () => {
    const response = await patch({ 'If-Match': session.etag }, CANDIDATE);
    expect(response.status).toBe(204);
    expect(response.headers.get('etag')).toBeNull();
    expect(await response.text()).toBe('');
  });

  it.each(['*', '"*"'])('restarts ICE with If-Match: %s and answers 200 with a fragment and a new tag', async (any) => {
    const response = await patch({ 'If-Match': any }, RESTART);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/trickle-ice-sdpfrag');
    expect(response.headers.get('etag')).toBe('"tag-2"');
    expect(await response.text()).toContain('a=ice-ufrag:');
    expect((await patch({ 'If-Match': session.etag }, CANDIDATE)).status).toBe(412);
    expect((await patch({ 'If-Match': '"tag-2"' }, CANDIDATE)).status).toBe(204);
  });

  it.each([
    ['quoted', { 'If-Match': '"tag-1"' }],
    ['without quotes', { 'If-Match': 'tag-1' }],
    ['in a list', { 'If-Match': '"other", "tag-1"' }],
    ['in an ETag header', { ETag: '"tag-1"' }],
  ])('takes the tag %s', async (_name, headers) => {
    expect((await patch(headers, CANDIDATE)).status).toBe(204);
  });

  it.each(['"other"', 'W/"tag-1"', '"tag-1', '"tag-2", "tag-3"'])('refuses If-Match: %s with 412', async (tag) => {
    const response = await patch({ 'If-Match': tag }, CANDIDATE);
    expect(response.status).toBe(412);
    expect((await problemOf(response)).code).toBe('tag_mismatch');
  });

  it('refuses a fragment without If-Match with 428', async () => {
    const response = await patch({}, CANDIDATE);
    expect(response.status).toBe(428);
    expect((await problemOf(response)).code).toBe('tag_missing');
  });

  it('refuses another media type with 415 and says which it takes', async () => {
    const response = await server.call('PATCH', session.path, { ...SDP, 'If-Match': session.etag }, OFFER);
    expect(response.status).toBe(415);
    expect(response.headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
    expect(response.headers.get('accept')).toBe('application/trickle-ice-sdpfrag');
  });

  it('refuses a malformed fragment with 400 and one that is too large with 413', async () => {
    expect((await patch({ 'If-Match': '*' }, 'hello')).status).toBe(400);
    expect((await patch({ 'If-Match': '*' }, 'a'.repeat(2049))).status).toBe(413);
  });

  it('ends by DELETE with 200, whatever If-Match says; afterwards it is 404 for every method', async () => {
    const response = await server.call('DELETE', session.path, { 'If-Match': '"other"' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    for (const method of ['DELETE', 'PATCH', 'GET', 'HEAD']) {
      const again = await server.call(method, session.path, method === 'PATCH' ? FRAGMENT : {});
      expect(again.status).toBe(404);
    }
  });

  it.each(['application/json', 'a/b/c', '"', ';'])('takes DELETE with a body and the media type %j', async (type) => {
    const headers = { 'Content-Type': type };
    expect((await server.call('OPTIONS', session.path, headers, '{}')).status).toBe(200);
    expect((await server.call('DELETE', session.path, headers, '{}')).status).toBe(200);
    expect((await server.call('DELETE', `${session.path}/nothing`, headers, '{}')).status).toBe(404);
  });

  it('is gone once the worker says that it has ended', async () => {
    const opened = await server.call('POST', `/api/${endpoint}/room`, SDP, `${OFFER}a=x-test:close\r\n`);
    const path = opened.headers.get('location') ?? '';
    await until(async () => (await server.call('GET', path)).status === 404, 'the session ends');
  });

  it.each(['GET', 'HEAD'])('answers %s with a 2xx without content', async (method) => {
    expect((await server.call(method, session.path)).status).toBe(204);
  });

  it('answers OPTIONS with 200, Accept-Patch and the methods', async () => {
    const response = await server.call('OPTIONS', session.path);
    expect(response.status).toBe(200);
    expect(response.headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
    expect(response.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE, OPTIONS');
  });

  it.each(['PUT', 'POST'])('refuses %s with 405 and Allow', async (method) => {
    const response = await server.call(method, session.path, SDP, OFFER);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE, OPTIONS');
  });

  it('is not served below the other protocol', async () => {
    const path = session.path.replace(/^\/api\/\w+\//, otherPrefix);
    expect((await server.call('GET', path)).status).toBe(404);
    expect((await server.call('DELETE', path)).status).toBe(404);
    expect((await server.call('GET', session.path)).status).toBe(204);
  });
});

describe('an unknown session', () => {
  it.each(['nothing', 'constructor', '__proto__', '%00', 'a'.repeat(5000)])('is 404: %.20s', async (id) => {
    const response = await server.call('DELETE', `/api/whip/session/${id}`);
    expect(response.status).toBe(404);
    expect((await problemOf(response)).code).toBe('no_such_session');
  });
});
