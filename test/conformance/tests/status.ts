import { connect as connectTcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { expectEmpty, expectProblem, expectRetryAfter, listOf } from '../checks.ts';
import { connect, playableRoom } from '../media.ts';
import { change, PLAY_OFFER, PUBLISH_OFFER } from '../offers.ts';
import type { RowId } from '../rows.ts';
import type { RowTest, Session, Target } from '../target.ts';
import { FRAGMENT, newRoom, SDP } from '../target.ts';
import { CANDIDATE, RESTART, trickle } from './patch.ts';

const TOKENS = { AUTH_TOKEN: 'global-token', ROOM_TOKENS: 'vip:room-token' };

const open = (target: Target): Promise<Session> => target.open('publish', PUBLISH_OFFER);

export const STATUS_TESTS = {
  'status.200': {
    async run(target) {
      const session = await open(target);
      const restart = await target.patch(session, RESTART, '*');
      expect(restart.status).toBe(200);
      await restart.text();
      expect((await target.call('OPTIONS', session.url)).status).toBe(200);
      expect((await target.call('OPTIONS', target.endpoint('publish'))).status).toBe(200);
      expect((await target.call('DELETE', session.url)).status).toBe(200);
      expect((await target.call('HEAD', target.endpoint('play', await playableRoom(target)))).status).toBe(200);
    },
  },

  'status.201-204': {
    async run(target) {
      const session = await open(target);
      expect(session.response.status).toBe(201);
      const response = await target.patch(session, trickle(PUBLISH_OFFER, CANDIDATE), session.etag);
      expect(response.headers.get('etag')).toBeNull();
      await expectEmpty(response, 204);
    },
  },

  'status.307': {
    async run(target) {
      const session = await open(target);
      for (const url of [session.url, target.endpoint('publish'), target.endpoint('play')]) {
        for (const spelling of [
          `${url}/`,
          `${url}?a=b`,
          url.replace(/([^:])\//, '$1//'),
          url.toUpperCase().replace('HTTP', 'http'),
        ]) {
          for (const method of ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS']) {
            const { status } = await target.call(method, spelling, { headers: { 'Content-Type': SDP } });
            expect([301, 302, 303, 308]).not.toContain(status);
          }
        }
      }
    },
  },

  'status.400': {
    async run(target) {
      await expectProblem(await target.post('publish', 'm=video'), 400);
      const session = await open(target);
      for (const fragment of ['', 'hello', 'a=ice-ufrag:abcd\r\n', 'a=mid:0\r\n']) {
        await expectProblem(await target.patch(session, fragment, session.etag), 400);
      }
    },
  },

  'status.401': {
    settings: TOKENS,
    async run(target) {
      for (const kind of ['publish', 'play'] as const) {
        for (const token of [null, 'wrong-token', `${TOKENS.AUTH_TOKEN}x`]) {
          const response = await target.post(kind, PUBLISH_OFFER, undefined, { token });
          expect(response.headers.get('www-authenticate')).toMatch(/^Bearer\b/);
          await expectProblem(response, 401);
        }
      }
    },
  },

  'status.403': {
    settings: TOKENS,
    async run(target) {
      await expectProblem(await target.post('publish', PUBLISH_OFFER, 'other', { token: 'room-token' }), 403);
      await expectProblem(await target.post('play', PLAY_OFFER, 'vip'), 403);
      await target.open('publish', PUBLISH_OFFER, 'vip', { token: 'room-token' });
    },
  },

  'status.404': {
    async run(target) {
      await expectProblem(await target.call('POST', `${target.url}/api/no-such-endpoint`), 404);
      const session = await open(target);
      await target.call('DELETE', session.url);
      await expectProblem(await target.patch(session, RESTART, '*'), 404);
      await expectProblem(await target.call('DELETE', session.url), 404);
      await expectProblem(await target.call('GET', session.url), 404);
    },
  },

  'status.405': {
    async run(target) {
      const session = await open(target);
      for (const [method, url, served] of [
        ['PUT', target.endpoint('publish'), 'post'],
        ['DELETE', target.endpoint('publish'), 'post'],
        ['PATCH', target.endpoint('play'), 'post'],
        ['PUT', session.url, 'patch'],
        ['POST', session.url, 'delete'],
      ] as const) {
        const response = await target.call(method, url);
        expect(listOf(response, 'allow')).toContain(served);
        expect(listOf(response, 'allow')).not.toContain(method.toLowerCase());
        await expectProblem(response, 405);
      }
    },
  },

  'status.406': {
    async run(target) {
      const room = await playableRoom(target);
      for (const [kind, offer] of [
        ['publish', PUBLISH_OFFER],
        ['play', PLAY_OFFER],
      ] as const) {
        const unknownCodecs = change(offer, /^(a=rtpmap:\d+) \S+/m, '$1 unknown/90000');
        await expectProblem(await target.post(kind, unknownCodecs, room), 422);
        const accepting = await target.post(kind, offer, room, { headers: { Accept: 'text/plain' } });
        expect(accepting.status).toBe(201);
        const typed = await target.post(kind, offer, room, { headers: { 'Content-Type': 'text/plain' } });
        expect(typed.status).toBe(415);
      }
    },
  },

  'status.409-whep': {
    settings: { WAIT_FOR_PUBLISHER: '0' },
    async run(target) {
      await expectRetryAfter(await target.post('play', PLAY_OFFER), 409);
      const room = newRoom();
      await connect(target, 'publish', room);
      await eventually(async () => expect((await target.post('play', PLAY_OFFER, room)).status).toBe(201));
    },
  },

  'status.409-whip': {
    settings: { PUBLISHER_TAKEOVER: '0' },
    async run(target) {
      const room = newRoom();
      const session = await target.open('publish', PUBLISH_OFFER, room);
      await expectProblem(await target.post('publish', PUBLISH_OFFER, room), 409);
      await target.call('DELETE', session.url);
      expect((await target.post('publish', PUBLISH_OFFER, room)).status).toBe(201);
    },
  },

  'status.412': {
    async run(target) {
      const session = await open(target);
      for (const tag of ['"other"', `W/${session.etag}`]) {
        await expectProblem(await target.patch(session, trickle(PUBLISH_OFFER, CANDIDATE), tag), 412);
      }
      const restart = await target.patch(session, RESTART, '*');
      await restart.text();
      await expectProblem(await target.patch(session, CANDIDATE, session.etag), 412);
    },
  },

  'status.428': {
    async run(target) {
      const session = await open(target);
      await expectProblem(await target.patch(session, trickle(PUBLISH_OFFER, CANDIDATE), undefined), 428);
    },
  },

  'status.413': {
    async run(target) {
      await expectProblem(await target.post('publish', PUBLISH_OFFER + 'a=x\r\n'.repeat(250_000)), 413);
      const session = await open(target);
      await expectProblem(await target.patch(session, CANDIDATE.repeat(25_000), session.etag), 413);
    },
  },

  'status.415': {
    async run(target) {
      await expectProblem(
        await target.post('play', PLAY_OFFER, undefined, { headers: { 'Content-Type': 'text/html' } }),
        415,
      );
      const session = await open(target);
      const response = await target.patch(session, CANDIDATE, session.etag, { 'Content-Type': SDP });
      expect(response.headers.get('accept-patch')).toBe(FRAGMENT);
      await expectProblem(response, 415);
    },
  },

  'status.422': {
    async run(target) {
      const offers = [
        change(PUBLISH_OFFER, /^(a=rtpmap:\d+) (?:VP8|opus)\//m, '$1 nothing/'),
        PUBLISH_OFFER.replaceAll(/^a=rtcp-mux\r?\n/gm, ''),
        change(PUBLISH_OFFER, /^a=group:BUNDLE.*\r?\n/m, ''),
        change(PUBLISH_OFFER, /^t=0 0\r?\n/m, 't=0 0\r\na=ice-lite\r\n'),
      ];
      for (const offer of offers) await expectProblem(await target.post('publish', offer), 422);
    },
  },

  'status.429': {
    settings: { RATE_LIMIT_RPS: '0.2', RATE_LIMIT_BURST: '3' },
    async run(target) {
      const responses = [];
      for (let count = 0; count < 6; count++) responses.push(await target.post('publish', PUBLISH_OFFER));
      const refused = responses.find(({ status }) => status === 429);
      if (refused === undefined) throw new Error('no call was refused');
      await expectRetryAfter(refused, 429);
    },
  },

  'status.503-overloaded': {
    settings: { MAX_SUBS_PER_ROOM: '1', MAX_ROOMS: '2' },
    async run(target) {
      const room = newRoom();
      const viewer = await target.open('play', PLAY_OFFER, room);
      await expectRetryAfter(await target.post('play', PLAY_OFFER, room), 503);
      await target.open('publish', PUBLISH_OFFER);
      await expectRetryAfter(await target.post('publish', PUBLISH_OFFER), 503);
      await target.call('DELETE', viewer.url);
      expect((await target.post('play', PLAY_OFFER, room)).status).toBe(201);
    },
  },

  'status.503-draining': {
    settings: { SHUTDOWN_TIMEOUT: '5s' },
    async run(target) {
      const { own } = target;
      if (own === undefined) throw new Error('the row needs a server of our own');
      // A request that is half here when the server is told to stop keeps its connection open.
      const socket = connectTcp(Number(new URL(target.url).port), target.host);
      const { pathname } = new URL(target.endpoint('publish'));
      socket.write(
        `POST ${pathname} HTTP/1.1\r\nHost: a\r\nContent-Type: ${SDP}\r\nContent-Length: ${PUBLISH_OFFER.length}\r\n\r\n`,
      );
      await sleep(200);
      const ended = own.stop();
      await sleep(200);
      let text = '';
      socket.setEncoding('utf8').on('data', (data: string) => (text += data));
      socket.write(PUBLISH_OFFER);
      await eventually(() => expect(text).toContain('\r\n\r\n{'));
      expect(text).toMatch(/^HTTP\/1\.1 503 /);
      expect(text).toMatch(/^retry-after: [1-9]\d*\r$/im);
      expect(text).toMatch(/^content-type: application\/problem\+json\r$/im);
      socket.destroy();
      expect(await ended).toEqual({ code: 0, signal: null });
    },
  },
} satisfies Partial<Record<RowId, RowTest>>;
