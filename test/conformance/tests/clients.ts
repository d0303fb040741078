import { performance } from 'node:perf_hooks';
import { isIP } from 'node:net';
import { expect } from 'vitest';
import { EXTENSION } from '../../../src/protocol/sdp/extensions.ts';
import { expectEmpty, expectProblem, listOf } from '../checks.ts';
import { checkSucceeds, connect, playableRoom } from '../media.ts';
import {
  candidatesOf,
  change,
  extensionsOf,
  firstSectionOnly,
  offerOf,
  PLAY_OFFER,
  PUBLISH_OFFER,
  read,
  split,
} from '../offers.ts';
import type { RowId } from '../rows.ts';
import type { RowTest, Target } from '../target.ts';
import { newRoom, SDP } from '../target.ts';
import { CANDIDATE, trickle } from './patch.ts';

const FFMPEG_OFFER = offerOf('ffmpeg-publish-h264');
/** A publisher with two public addresses, one of them named twice, beside its own. */
const ADDRESSES = { PUBLIC_IP: '+203.0.113.5,203.0.113.5,2001:db8::5' };

/** What OBS offers: libdatachannel with sound first and payload types of its own. */
function obsOffer(): string {
  const [session, video = '', audio = ''] = split(offerOf('libdatachannel-publish-h264'));
  return (
    session +
    audio.replaceAll(/^a=mid:.*$/gm, 'a=mid:0\r') +
    video.replaceAll(/^a=mid:.*$/gm, 'a=mid:1\r')
  ).replaceAll('\r\r', '\r');
}

/** The answers to offers of both kinds. */
async function answers(target: Target): Promise<string[]> {
  const publishing = await target.open('publish', PUBLISH_OFFER);
  const playing = await target.open('play', PLAY_OFFER, await playableRoom(target));
  return [publishing.answer, playing.answer];
}

export const CLIENT_TESTS = {
  'obs.answer': {
    async run(target) {
      const start = performance.now();
      const { response, answer } = await target.open('publish', obsOffer());
      expect(performance.now() - start).toBeLessThan(8000);
      expect(response.status).toBe(201);
      expect(response.headers.get('location')).toBeTruthy();
      expect(answer).toMatch(/^v=0\r\n/);
    },
  },

  'obs.payload-types': {
    async run(target) {
      const { answer } = await target.open('publish', obsOffer());
      const [audio, video] = read(answer).media;
      expect([audio?.type, String(audio?.payloads), String(audio?.mid)]).toEqual(['audio', '111', '0']);
      expect([video?.type, String(video?.payloads), String(video?.mid)]).toEqual(['video', '96', '1']);
    },
  },

  'ffmpeg.first-candidate': {
    async run(target) {
      const { answer } = await target.open('publish', FFMPEG_OFFER);
      expect(candidatesOf(answer)[0]).toMatchObject({ transport: 'udp', type: 'host' });
    },
  },

  'ffmpeg.public-first': {
    settings: ADDRESSES,
    async run(target) {
      const { answer } = await target.open('publish', FFMPEG_OFFER);
      const udp = candidatesOf(answer).filter(({ transport }) => transport === 'udp');
      expect(udp.slice(0, 2).map(({ address }) => address)).toEqual(['203.0.113.5', '2001:db8::5']);
      expect(udp[0]).toEqual(candidatesOf(answer)[0]);
      expect(udp.length).toBeGreaterThan(2);
    },
  },

  'ffmpeg.bundle': {
    async run(target) {
      const offer = firstSectionOnly(FFMPEG_OFFER);
      expect(offer).toMatch(/^a=group:BUNDLE 0 1/m);
      const { answer } = await target.open('publish', offer);
      expect(read(answer).media).toHaveLength(1);
      expect(answer).toMatch(/^a=group:BUNDLE 0\r$/m);
    },
  },

  'ffmpeg.feedback': {
    async run(target) {
      for (const offer of [FFMPEG_OFFER, FFMPEG_OFFER.replaceAll(/^a=rtcp-fb:.*\r?\n/gm, '')]) {
        const { answer } = await target.open('publish', offer);
        const feedback = (sdp: string): string[] => sdp.match(/^a=rtcp-fb:.*?(?=\r?$)/gm) ?? [];
        for (const line of feedback(answer)) expect(feedback(offer)).toContain(line);
        expect(answer).not.toMatch(/^a=extmap:/m);
      }
    },
  },

  'ffmpeg.checks': {
    async run(target) {
      const session = await target.open('publish', FFMPEG_OFFER);
      const peer = { offer: FFMPEG_OFFER, session };
      expect(await checkSucceeds(target, peer)).toBe(true);
      expect(await checkSucceeds(target, peer, { priority: 1 })).toBe(true);
      const role = { type: 'ice-controlling', tieBreaker: 1n } as const;
      expect(await checkSucceeds(target, peer, { priority: 1, role })).toBe(true);
      expect(await checkSucceeds(target, peer, { password: 'another password 123456' })).toBe(false);
    },
  },

  'ffmpeg.setup': {
    async run(target) {
      expect(FFMPEG_OFFER).toMatch(/^a=setup:passive/m);
      const { answer } = await target.open('publish', FFMPEG_OFFER);
      expect(read(answer).media.map(({ setup }) => setup)).toEqual(['active', 'active']);
      // And it connects that way.
      const passive = (offer: string): string => change(offer, 'a=setup:actpass', 'a=setup:passive');
      await connect(target, 'publish', newRoom(), { changeOffer: passive });
    },
  },

  'safari.local': {
    async run(target) {
      const { answer } = await target.open('publish', offerOf('chromium-publish-camera-mdns'));
      expect(answer).not.toContain('.local');
    },
  },

  'firefox.addresses': {
    async run(target) {
      for (const answer of await answers(target)) {
        for (const { address } of candidatesOf(answer)) expect(isIP(address)).not.toBe(0);
      }
    },
  },

  'firefox.unique': {
    settings: ADDRESSES,
    async run(target) {
      for (const answer of await answers(target)) {
        const lines = answer.match(/^a=candidate:.*$/gm) ?? [];
        expect(lines.length).toBeGreaterThan(1);
        const places = candidatesOf(answer).map(({ transport, address, port }) => `${transport} ${address} ${port}`);
        expect(new Set(places).size).toBe(places.length);
      }
    },
  },

  'firefox.bundle-only': {
    async run(target) {
      const room = await playableRoom(target);
      for (const [kind, client] of [
        ['play', 'firefox-play'],
        ['publish', 'firefox-publish-vp8'],
        ['publish', 'firefox-publish-simulcast'],
      ] as const) {
        const offer = offerOf(client);
        expect(offer).toMatch(/^m=\w+ 0 [^]*^a=bundle-only/m);
        const { answer } = await target.open(kind, offer, kind === 'play' ? room : newRoom());
        const direction = kind === 'play' ? 'sendonly' : 'recvonly';
        for (const section of read(answer).media) {
          expect(section.port).not.toBe(0);
          expect(section.direction).toBe(direction);
        }
      }
    },
  },

  'aiortc.credentials': {
    async run(target) {
      await target.open('publish', offerOf('aiortc-publish-vp8'));
      await connect(target, 'publish', newRoom(), {
        changeOffer(offer) {
          const [session, audio = '', video = ''] = split(offer);
          const ice = session.match(/^a=ice-(?:ufrag|pwd):.*\r\n/gm)?.join('') ?? '';
          const other = 'a=ice-ufrag:other\r\na=ice-pwd:another0password0of0ice0\r\n';
          return session.replaceAll(/^a=ice-(?:ufrag|pwd):.*\r\n/gm, '') + audio + ice + video + other;
        },
      });
    },
  },

  'aiortc.remb': {
    async run(target) {
      for (const client of ['aiortc-publish-vp8', 'aiortc-play']) {
        const kind = client.includes('play') ? 'play' : 'publish';
        const room = kind === 'play' ? await playableRoom(target) : newRoom();
        const { answer } = await target.open(kind, offerOf(client), room);
        const video = read(answer).media.find(({ type }) => type === 'video');
        const feedback = (video?.rtcpFb ?? []).map(({ type }) => type);
        expect(feedback).toContain('goog-remb');
        expect(feedback).not.toContain('transport-cc');
      }
    },
  },

  'whip-whep.fragment': {
    async run(target) {
      const room = await playableRoom(target);
      const session = await target.open('play', PLAY_OFFER, room);
      const fragment = `${trickle(PLAY_OFFER, CANDIDATE)}a=end-of-candidates\r\n`;
      expect(fragment).not.toContain('v=');
      await expectEmpty(await target.patch(session, fragment, session.etag), 204);
    },
  },

  'eyevinn.options': {
    async run(target) {
      const headers = { Origin: 'https://page.example' };
      const session = await target.open('publish', offerOf('chromium-publish-eyevinn'));
      for (const [url, method] of [
        [target.endpoint('publish'), 'post'],
        [session.url, 'patch'],
      ] as const) {
        const response = await target.call('OPTIONS', url, { headers });
        expect(response.status).toBe(200);
        expect(listOf(response, 'access-control-allow-methods')).toContain(method);
        expect(listOf(response, 'access-control-expose-headers')).toContain('access-control-allow-methods');
      }
    },
  },

  'eyevinn.etag': {
    async run(target) {
      const offer = offerOf('chromium-publish-eyevinn');
      const session = await target.open('publish', offer);
      const fragment = trickle(offer, CANDIDATE);
      await expectEmpty(await target.patch(session, fragment, undefined, { ETag: session.etag }), 204);
      await expectProblem(await target.patch(session, fragment, undefined, { ETag: '"other"' }), 412);
      const headers = { Origin: 'https://page.example', 'Access-Control-Request-Method': 'PATCH' };
      const preflight = await target.call('OPTIONS', session.url, { headers });
      expect(listOf(preflight, 'access-control-allow-headers')).toContain('etag');
    },
  },

  'eyevinn.component': {
    async run(target) {
      const offer = offerOf('chromium-publish-eyevinn');
      const session = await target.open('publish', offer);
      for (const component of [0, 1]) {
        const candidate = `a=candidate:1 ${component} udp 2130706431 192.0.2.7 40000 typ host\r\n`;
        await expectEmpty(await target.patch(session, trickle(offer, candidate), session.etag), 204);
        await expectEmpty(await target.patch(session, candidate, session.etag), 204);
      }
    },
  },

  'webrtc-player.400': {
    async run(target) {
      const room = await playableRoom(target);
      const unknown = change(PLAY_OFFER, /^(a=rtpmap:\d+) \S+/m, '$1 unknown/90000');
      await expectProblem(await target.post('play', unknown, room), 422);
      // The other way round is what it tries after a 400: an offer to send.
      const turned = change(PLAY_OFFER, 'a=recvonly', 'a=sendonly');
      await expectProblem(await target.post('play', turned, room), 400);
      const soundless = await target.post('play', PLAY_OFFER, room, { headers: { 'Content-Type': `${SDP}x` } });
      await expectProblem(soundless, 415);
    },
  },

  'gstreamer.opus': {
    async run(target) {
      const offer = offerOf('gstreamer-publish-vp8');
      expect(offer).toMatch(/^a=rtpmap:\d+ OPUS\//m);
      const { answer } = await target.open('publish', offer);
      const audio = read(answer).media.find(({ type }) => type === 'audio');
      expect(audio?.rtp.map(({ codec }) => codec.toLowerCase())).toContain('opus');
    },
  },

  'gstreamer.audio-feedback': {
    async run(target) {
      const offer = offerOf('gstreamer-publish-vp8');
      const { answer } = await target.open('publish', offer);
      const audio = (sdp: string) => read(sdp).media.find(({ type }) => type === 'audio');
      const offered = (audio(offer)?.rtcpFb ?? []).map(({ type }) => type);
      expect(offered).toEqual(expect.arrayContaining(['nack', 'transport-cc']));
      const answered = (audio(answer)?.rtcpFb ?? []).map(({ type }) => type);
      expect(answered).toContain('nack');
      // Transport-wide feedback needs the extension that numbers the packets.
      const numbered = extensionsOf(audio(offer)).includes(EXTENSION.transportWideCc);
      expect(answered.includes('transport-cc')).toBe(numbered);
    },
  },
} satisfies Partial<Record<RowId, RowTest>>;
