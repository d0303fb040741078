import { expect } from 'vitest';
import { expectProblem, linksOf } from '../checks.ts';
import { playableRoom } from '../media.ts';
import { candidatesOf, change, offerOf, PLAY_OFFER, PUBLISH_OFFER, read, repeatSection } from '../offers.ts';
import type { RowId } from '../rows.ts';
import type { RowTest, Target } from '../target.ts';
import { newRoom, SDP } from '../target.ts';

const KINDS = ['publish', 'play'] as const;
const offers = { publish: PUBLISH_OFFER, play: PLAY_OFFER };

/** Both protocols, one after the other, each with a room that it can use. */
async function eachKind(
  target: Target,
  run: (kind: 'publish' | 'play', offer: string, room: string) => Promise<void>,
): Promise<void> {
  for (const kind of KINDS) await run(kind, offers[kind], kind === 'play' ? await playableRoom(target) : newRoom());
}

/** Checks which directions an endpoint takes, and what it answers. */
async function expectDirections(
  target: Target,
  kind: 'publish' | 'play',
  offered: 'sendonly' | 'recvonly',
  answered: string,
): Promise<void> {
  const room = kind === 'play' ? await playableRoom(target) : newRoom();
  for (const direction of [offered, 'sendrecv']) {
    const offer = offers[kind].replaceAll(`a=${offered}`, `a=${direction}`);
    const { answer } = await target.open(kind, offer, room);
    expect(read(answer).media.map((section) => section.direction)).toEqual([answered, answered]);
  }
}

export const POST_TESTS = {
  'post.media-type': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        for (const type of [
          'application/sdp',
          'APPLICATION/SDP',
          'application/sdp; charset=utf-8',
          'application/SDP ;x="a;b"',
        ]) {
          const response = await target.post(kind, offer, room, { headers: { 'Content-Type': type } });
          expect({ type, status: response.status }).toEqual({ type, status: 201 });
        }
      }),
  },

  'post.other-media-type': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        for (const type of [
          'application/json',
          'text/plain',
          'application/sdpx',
          'application/sdp, text/plain',
          'sdp',
          '',
        ]) {
          const response = await target.post(kind, offer, room, { headers: { 'Content-Type': type } });
          expect(response.headers.get('accept')).toBe(SDP);
          await expectProblem(response, 415);
        }
      }),
  },

  'post.malformed': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        const malformed = [
          '',
          'hello',
          '{"type":"offer"}',
          'v=0\r\n',
          offer.slice(0, offer.indexOf('m=')),
          change(offer, /^a=ice-ufrag:.*$/m, 'a=ice-ufrag:x\r'),
          offer.replaceAll(/^a=ice-pwd:.*\r?\n/gm, ''),
          offer.replaceAll(/^a=fingerprint:.*\r?\n/gm, ''),
        ];
        for (const body of malformed) await expectProblem(await target.post(kind, body, room), 400);
      }),
  },

  'post.too-large': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        const large = offer + 'a=x-padding\r\n'.repeat(90_000);
        await expectProblem(await target.post(kind, large, room), 413);
        const headers = { 'Content-Type': SDP };
        // Little over our cap: the server may close a connection that still sends much.
        const body = new Blob([large.slice(0, 70_000)]).stream();
        const streamed = await target.call('POST', target.endpoint(kind, room), { headers, body });
        await expectProblem(streamed, 413);
      }),
  },

  'post.created': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        const { response, answer } = await target.open(kind, offer, room);
        expect(response.status).toBe(201);
        expect(response.headers.get('content-type')).toMatch(/^application\/sdp(?:;|$)/);
        expect(response.headers.get('location')).toBeTruthy();
        expect(response.headers.get('etag')).toBeTruthy();
        expect(read(answer).media).toHaveLength(2);
      }),
  },

  'post.location': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        const sessions = [];
        for (let count = 0; count < 4; count++) sessions.push(await target.open(kind, offer, room));
        expect(new Set(sessions.map(({ url }) => url)).size).toBe(sessions.length);
        for (const { url } of sessions) {
          const { search, hash, pathname } = new URL(url);
          expect(search + hash).toBe('');
          // 128 random bits are at least 22 characters of base64url.
          expect(pathname.split('/').some((segment) => /^[\w-]{22,}$/.test(segment))).toBe(true);
        }
      }),
  },

  'post.etag': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        const [first, second] = [await target.open(kind, offer, room), await target.open(kind, offer, room)];
        for (const { etag } of [first, second]) expect(etag).toMatch(/^"[^"\s]+"$/);
        expect(first.etag).not.toBe(second.etag);
      }),
  },

  'post.link': {
    settings: { STUN_URLS: 'stun:a.example:3478,stun:b.example:3478' },
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        const { response } = await target.open(kind, offer, room);
        const links = linksOf(response).filter((link) => link.includes('rel="ice-server"'));
        expect(links).toEqual(['<stun:a.example:3478>; rel="ice-server"', '<stun:b.example:3478>; rel="ice-server"']);
      }),
  },

  'post.candidates': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        const { answer } = await target.open(kind, offer, room);
        const candidates = candidatesOf(answer);
        expect(candidates.length).toBeGreaterThan(0);
        for (const { port } of candidates) expect(port).toBeGreaterThan(0);
        expect(answer).toMatch(/^a=end-of-candidates\r?$/m);
      }),
  },

  'post.no-offered-candidates': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        expect(offer).not.toContain('a=candidate:');
        expect((await target.post(kind, offer, room)).status).toBe(201);
      }),
  },

  'post.whip-direction': { run: (target) => expectDirections(target, 'publish', 'sendonly', 'recvonly') },
  'post.whep-direction': { run: (target) => expectDirections(target, 'play', 'recvonly', 'sendonly') },

  'post.other-direction': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        const [good, wrong] =
          kind === 'publish' ? (['sendonly', 'recvonly'] as const) : (['recvonly', 'sendonly'] as const);
        for (const direction of [wrong, 'inactive']) {
          await expectProblem(await target.post(kind, change(offer, `a=${good}`, `a=${direction}`), room), 400);
        }
        // One section is enough.
        const [start = '', ...rest] = offer.split(/^(?=m=)/m);
        const mixed = start + rest.slice(0, -1).join('') + change(rest.at(-1) ?? '', `a=${good}`, `a=${wrong}`);
        await expectProblem(await target.post(kind, mixed, room), 400);
      }),
  },

  'post.one-stream': {
    async run(target) {
      const { answer } = await target.open('play', PLAY_OFFER, await playableRoom(target));
      const streams = read(answer).media.map((section) => section.msid?.[0]?.id);
      expect(streams).toHaveLength(2);
      expect(streams[0]).toBeTruthy();
      expect(new Set(streams).size).toBe(1);
    },
  },

  'post.too-many-tracks': {
    async run(target) {
      for (const kind of ['audio', 'video'] as const) {
        await expectProblem(await target.post('publish', repeatSection(PUBLISH_OFFER, kind)), 422);
      }
    },
  },

  'post.no-partial-success': {
    async run(target) {
      await eachKind(target, async (kind, offer, room) => {
        const { answer } = await target.open(kind, offer, room);
        const { media } = read(answer);
        expect(media.map((section) => section.type)).toEqual(read(offer).media.map((section) => section.type));
        for (const section of media) expect(section.port).not.toBe(0);
        // One section that can be served and one that cannot.
        const half = change(offer, /^(a=rtpmap:\d+) (?:VP8|VP9|H264|AV1|H265)\//m, '$1 theora/');
        await expectProblem(await target.post(kind, half, room), 422);
      });
    },
  },

  'post.max-bundle': {
    async run(target) {
      const room = await playableRoom(target);
      for (const [kind, offer] of [
        ['publish', PUBLISH_OFFER],
        ['publish', offerOf('firefox-publish-vp8')],
        ['play', offerOf('firefox-play')],
      ] as const) {
        const { answer } = await target.open(kind, offer, kind === 'play' ? room : newRoom());
        const { groups, media } = read(answer);
        expect(groups).toEqual([{ type: 'BUNDLE', mids: media.map(({ mid }) => mid).join(' ') }]);
        for (const section of answer.split(/^(?=m=)/m).slice(1)) {
          expect(section).toMatch(/^a=rtcp-mux\r?$/m);
          expect(section).toMatch(/^a=rtcp-mux-only\r?$/m);
        }
      }
    },
  },

  'post.setup': {
    run: (target) =>
      eachKind(target, async (kind, offer, room) => {
        for (const [offered, answered] of [
          ['actpass', 'passive'],
          ['active', 'passive'],
          ['passive', 'active'],
        ] as const) {
          const changed = offer.replaceAll(/^a=setup:\w+/gm, `a=setup:${offered}`);
          const { answer } = await target.open(kind, changed, room);
          expect(read(answer).media.map(({ setup }) => setup)).toEqual([answered, answered]);
        }
      }),
  },

  'post.problem': {
    async run(target) {
      await expectProblem(await target.post('publish', 'hello'), 400);
      await expectProblem(await target.call('PUT', target.endpoint('publish')), 405);
      const { url } = await target.open('publish', PUBLISH_OFFER);
      await target.call('DELETE', url);
      await expectProblem(await target.call('DELETE', url), 404);
    },
  },
} satisfies Partial<Record<RowId, RowTest>>;
