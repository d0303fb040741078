import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { OFFER, problemOf, SDP, startTestServer, until } from './support/test-server.ts';
import type { TestServer } from './support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const post = (kind: 'whip/publish' | 'whep/play', room: string): Promise<Response> =>
  server.call('POST', `/api/${kind}/${room}`, SDP, OFFER);

async function expectRefusal(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await problemOf(response)).code).toBe(code);
}

describe('MAX_SUBS_PER_ROOM', () => {
  it('refuses one viewer more, in this room alone, until another leaves', async () => {
    server = await startTestServer({ MAX_SUBS_PER_ROOM: '2' });
    const first = await server.open('whep/play', 'room');
    await server.open('whep/play', 'room');
    await expectRefusal(await post('whep/play', 'room'), 503, 'room_full');
    await server.open('whip/publish', 'room');
    await server.open('whep/play', 'other');
    await server.call('DELETE', first.path);
    await server.open('whep/play', 'room');
  });

  it('holds when all come at once', async () => {
    server = await startTestServer({ MAX_SUBS_PER_ROOM: '3' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('whep/play', 'room')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, ...Array<number>(7).fill(503)]);
  });

  it('does not count an offer that was refused', async () => {
    server = await startTestServer({ MAX_SUBS_PER_ROOM: '1' });
    for (let i = 0; i < 3; i++) expect((await server.call('POST', '/api/whep/play/room', SDP, 'bad')).status).toBe(400);
    await server.open('whep/play', 'room');
  });
});

describe('MAX_ROOMS', () => {
  it('refuses one room more, not one more in an open room', async () => {
    server = await startTestServer({ MAX_ROOMS: '1' });
    const { path } = await server.open('whip/publish', 'a');
    await expectRefusal(await post('whip/publish', 'b'), 503, 'too_many_rooms');
    await expectRefusal(await post('whep/play', 'b'), 503, 'too_many_rooms');
    const viewer = await server.open('whep/play', 'a');
    await server.call('DELETE', path);
    await server.call('DELETE', viewer.path);
    await server.open('whep/play', 'b');
  });
});

describe('MAX_VIEWERS', () => {
  it('refuses one viewer more in any room', async () => {
    server = await startTestServer({ MAX_VIEWERS: '2' });
    await server.open('whep/play', 'a');
    await server.open('whep/play', 'b');
    await expectRefusal(await post('whep/play', 'c'), 503, 'too_many_viewers');
    await server.open('whip/publish', 'c');
  });

  it('is free again after a worker died', async () => {
    server = await startTestServer({ MAX_VIEWERS: '1', MAX_ROOMS: '1' });
    await server.open('whep/play', 'a');
    await server.call('POST', '/api/whip/publish/a', SDP, `${OFFER}a=x-test:die\r\n`);
    await until(async () => (await post('whep/play', 'b')).status === 201, 'a viewer is let in');
  });
});

describe('PUBLISHER_TAKEOVER', () => {
  it('0 refuses a second publisher with 409 until the first has left', async () => {
    server = await startTestServer({ PUBLISHER_TAKEOVER: '0' });
    const { path } = await server.open('whip/publish', 'room');
    await expectRefusal(await post('whip/publish', 'room'), 409, 'room_taken');
    await server.open('whip/publish', 'other');
    await server.call('DELETE', path);
    await server.open('whip/publish', 'room');
  });

  it('1 lets it in', async () => {
    server = await startTestServer({ PUBLISHER_TAKEOVER: '1' });
    await server.open('whip/publish', 'room');
    await server.open('whip/publish', 'room');
  });
});

describe('WAIT_FOR_PUBLISHER', () => {
  it('0 refuses viewers with 409 and Retry-After until a publisher is there', async () => {
    server = await startTestServer({ WAIT_FOR_PUBLISHER: '0' });
    await expectRefusal(await post('whep/play', 'room'), 409, 'no_publisher');
    const { path } = await server.open('whip/publish', 'room');
    await server.open('whep/play', 'room');
    await server.call('DELETE', path);
    await expectRefusal(await post('whep/play', 'room'), 409, 'no_publisher');
  });
});

describe('RATE_LIMIT_RPS and RATE_LIMIT_BURST', () => {
  it('answer 429 with Retry-After once the burst is used up, and let calls in again later', async () => {
    server = await startTestServer({ RATE_LIMIT_RPS: '2', RATE_LIMIT_BURST: '3' });
    for (let i = 0; i < 3; i++) expect((await post('whep/play', 'room')).status).toBe(201);
    const refused = await post('whep/play', 'room');
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect(refused.headers.get('retry-after')).toBe('1');
    await expectRefusal(refused, 429, 'rate_limited');
    for (const method of ['PATCH', 'DELETE']) {
      expect((await server.call(method, '/api/whip/session/x')).status).toBe(429);
    }
    expect((await server.call('OPTIONS', '/api/rooms')).status).toBe(200);
    expect((await server.call('GET', '/healthz')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await server.call('GET', '/api/rooms')).status).toBe(200);
  });

  it('limit guessing of tokens', async () => {
    server = await startTestServer({ RATE_LIMIT_RPS: '1', AUTH_TOKEN: 'secret' });
    expect((await server.call('GET', '/api/rooms', { Authorization: 'Bearer a' })).status).toBe(401);
    expect((await server.call('GET', '/api/rooms', { Authorization: 'Bearer b' })).status).toBe(429);
  });

  it('have no effect at 0', async () => {
    server = await startTestServer();
    const answers = await Promise.all(Array.from({ length: 50 }, () => server.call('GET', '/api/rooms')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe('TRUST_PROXY', () => {
  const from = (address: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { 'X-Forwarded-For': address };
      const request = httpRequest(`${server.url}/api/rooms`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject).end();
    });

  it('counts the clients that a trusted proxy names, IPv6 by /64', async () => {
    server = await startTestServer({ RATE_LIMIT_RPS: '0.01', TRUST_PROXY: 'loopback' });
    expect(await from('203.0.113.1')).toBe(200);
    expect(await from('203.0.113.1')).toBe(429);
    expect(await from('198.51.100.9, 203.0.113.1')).toBe(429);
    expect(await from('203.0.113.2')).toBe(200);
    expect(await from('2001:db8:1:2::1')).toBe(200);
    expect(await from('2001:db8:1:2:ffff::9')).toBe(429);
    expect(await from('2001:db8:1:3::1')).toBe(200);
  });

  it('is nobody by default', async () => {
    server = await startTestServer({ RATE_LIMIT_RPS: '0.01' });
    expect(await from('203.0.113.1')).toBe(200);
    expect(await from('203.0.113.2')).toBe(429);
  });
});
