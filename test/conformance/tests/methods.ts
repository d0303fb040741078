import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { expectEmpty, expectProblem, expectRetryAfter, listOf } from '../checks.ts';
import { connect, playableRoom } from '../media.ts';
import { PLAY_OFFER, PUBLISH_OFFER } from '../offers.ts';
import type { RowId } from '../rows.ts';
import type { RowTest, Target } from '../target.ts';
import { FRAGMENT, newRoom, SDP } from '../target.ts';
import { CANDIDATE, trickle } from './patch.ts';

/** Sends a browser's preflight for a method. */
function preflight(target: Target, url: string, method: string): Promise<Response> {
  return target.call('OPTIONS', url, {
    token: null,
    headers: {
      Origin: 'https://page.example',
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': 'authorization,content-type,if-match,x-auth-token',
    },
  });
}

export const METHOD_TESTS = {
  'delete.ends': {
    async run(target) {
      const room = newRoom();
      const publisher = await connect(target, 'publish', room);
      const viewer = await connect(target, 'play', room);
      for (const peer of [viewer, publisher]) {
        await expectEmpty(await target.call('DELETE', peer.session.url), 200);
        await eventually(() => expect(peer.client.closedByServer).toBe(true), { timeout: 2000, interval: 20 });
      }
    },
  },

  'delete.if-match': {
    async run(target) {
      const { url } = await target.open('publish', PUBLISH_OFFER);
      const response = await target.call('DELETE', url, { headers: { 'If-Match': '"other"' } });
      await expectEmpty(response, 200);
    },
  },

  'delete.twice': {
    async run(target) {
      for (const [kind, offer] of [
        ['publish', PUBLISH_OFFER],
        ['play', PLAY_OFFER],
      ] as const) {
        const { url } = await target.open(kind, offer, kind === 'play' ? await playableRoom(target) : newRoom());
        expect((await target.call('DELETE', url)).status).toBe(200);
        await expectProblem(await target.call('DELETE', url), 404);
      }
    },
  },

  'options.endpoint': {
    async run(target) {
      for (const kind of ['publish', 'play'] as const) {
        const response = await target.call('OPTIONS', target.endpoint(kind));
        expect(response.status).toBe(200);
        expect(listOf(response, 'accept-post')).toContain(SDP);
      }
    },
  },

  'options.session': {
    async run(target) {
      const { url } = await target.open('publish', PUBLISH_OFFER);
      const response = await target.call('OPTIONS', url);
      expect(response.status).toBe(200);
      expect(listOf(response, 'accept-patch')).toContain(FRAGMENT);
    },
  },

  'options.no-auth': {
    settings: { AUTH_TOKEN: 'global-token' },
    async run(target) {
      const { url } = await target.open('publish', PUBLISH_OFFER);
      for (const [address, method] of [
        [target.endpoint('publish'), 'POST'],
        [target.endpoint('play'), 'POST'],
        [url, 'PATCH'],
        [url, 'DELETE'],
      ] as const) {
        const response = await preflight(target, address, method);
        expect(response.status).toBe(200);
        expect(listOf(response, 'access-control-allow-methods')).toContain(method.toLowerCase());
      }
    },
  },

  'get.empty': {
    async run(target) {
      const room = await playableRoom(target);
      const { url } = await target.open('publish', PUBLISH_OFFER);
      for (const address of [target.endpoint('publish'), target.endpoint('play', room), url]) {
        const response = await target.call('GET', address);
        expect(response.ok).toBe(true);
        expect(await response.text()).toBe('');
      }
    },
  },

  'head.whep': {
    async run(target) {
      const response = await target.call('HEAD', target.endpoint('play', await playableRoom(target)));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/sdp(?:;|$)/);
    },
  },

  'put.405': {
    async run(target) {
      const { url } = await target.open('publish', PUBLISH_OFFER);
      for (const address of [target.endpoint('publish'), target.endpoint('play'), url]) {
        const response = await target.call('PUT', address, { headers: { 'Content-Type': SDP }, body: PUBLISH_OFFER });
        await expectProblem(response, 405);
      }
    },
  },

  'auth.sessions': {
    settings: { AUTH_TOKEN: 'global-token' },
    async run(target) {
      const { url, etag } = await target.open('publish', PUBLISH_OFFER);
      for (const token of [null, 'wrong-token']) {
        await expectProblem(await target.post('play', PLAY_OFFER, undefined, { token }), 401);
        for (const method of ['PATCH', 'DELETE', 'GET']) {
          const headers = { 'If-Match': etag, ...(method === 'PATCH' && { 'Content-Type': FRAGMENT }) };
          const response = await target.call(method, url, { token, headers });
          expect(response.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
          await expectProblem(response, 401);
        }
      }
      const patch = {
        headers: { 'Content-Type': FRAGMENT, 'If-Match': etag },
        body: trickle(PUBLISH_OFFER, CANDIDATE),
      };
      expect((await target.call('PATCH', url, patch)).status).toBe(204);
      expect((await target.call('DELETE', url)).status).toBe(200);
    },
  },

  'cors.exposed': {
    async run(target) {
      const headers = { Origin: 'https://page.example' };
      const created = await target.post('publish', PUBLISH_OFFER, undefined, { headers });
      const refused = await target.post('publish', 'hello', undefined, { headers });
      for (const response of [created, refused]) {
        expect(['*', headers.Origin]).toContain(response.headers.get('access-control-allow-origin'));
        const wanted = ['location', 'etag', 'link', 'accept-post', 'accept-patch', 'retry-after'];
        expect(listOf(response, 'access-control-expose-headers')).toEqual(expect.arrayContaining(wanted));
      }
    },
  },

  'cors.allowed': {
    async run(target) {
      const { url } = await target.open('publish', PUBLISH_OFFER);
      for (const [address, method] of [
        [target.endpoint('publish'), 'POST'],
        [url, 'PATCH'],
      ] as const) {
        const response = await preflight(target, address, method);
        const wanted = ['authorization', 'content-type', 'if-match', 'x-auth-token'];
        expect(listOf(response, 'access-control-allow-headers')).toEqual(expect.arrayContaining(wanted));
      }
    },
  },

  'rate-limit.methods': {
    settings: { RATE_LIMIT_RPS: '0.1', RATE_LIMIT_BURST: '5' },
    async run(target) {
      const session = await target.open('publish', PUBLISH_OFFER);
      // What is left of the burst; the server was asked whether it is up before.
      for (let count = 0; count < 5; count++) await target.call('GET', session.url);
      const { url, etag } = session;
      const patch = {
        headers: { 'Content-Type': FRAGMENT, 'If-Match': etag },
        body: trickle(PUBLISH_OFFER, CANDIDATE),
      };
      await expectRetryAfter(await target.post('publish', PUBLISH_OFFER), 429);
      await expectRetryAfter(await target.call('PATCH', url, patch), 429);
      await expectRetryAfter(await target.call('DELETE', url), 429);
      expect((await preflight(target, url, 'DELETE')).status).toBe(200);
    },
  },
} satisfies Partial<Record<RowId, RowTest>>;
