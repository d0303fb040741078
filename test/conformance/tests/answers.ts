import { expect } from 'vitest';
import { change, extensionsOf, offerOf, PUBLISH_OFFER, read, split } from '../offers.ts';
import type { RowId } from '../rows.ts';
import type { RowTest, Target } from '../target.ts';
import { EXTENSION } from '../../../src/protocol/sdp/extensions.ts';

const SIMULCAST_OFFERS = ['chromium-publish-simulcast-vp8', 'firefox-publish-simulcast'];

/** The video section of the answer to a publisher's offer, as text and as a value. */
async function answeredVideo(target: Target, offer: string) {
  const { answer } = await target.open('publish', offer);
  const text = split(answer).find((section) => section.startsWith('m=video')) ?? '';
  const value = read(answer).media.find((section) => section.type === 'video');
  return { text, value };
}

/** Layers' rids from 'a' on. */
function withLayers(count: number): { offer: string; rids: string[] } {
  const rids = Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
  const lines = [...rids.map((rid) => `a=rid:${rid} send`), `a=simulcast:send ${rids.join(';')}`];
  const without = offerOf('chromium-publish-simulcast-vp8').replaceAll(/^a=(?:rid|simulcast):.*\r?\n/gm, '');
  return { offer: `${without.trimEnd()}\r\n${lines.join('\r\n')}\r\n`, rids };
}

export const ANSWER_TESTS = {
  'link.form': {
    settings: {
      STUN_URLS: 'none',
      TURN_URLS: 'turn:turn.example:3478?transport=udp,turns:turn.example:5349?transport=tcp',
      TURN_USERNAME: 'us"er',
      TURN_PASSWORD: 'p\\w;,<>',
    },
    async run(target) {
      const { response } = await target.open('publish', PUBLISH_OFFER);
      const credentials = 'rel="ice-server"; username="us\\"er"; credential="p\\\\w;,<>"; credential-type="password"';
      expect(response.headers.get('link')).toBe(
        `<turn:turn.example:3478?transport=udp>; ${credentials}, <turns:turn.example:5349?transport=tcp>; ${credentials}`,
      );
    },
  },

  'link.stun': {
    settings: {
      STUN_URLS: 'stun:stun.example:3478',
      TURN_URLS: 'turn:turn.example:3478',
      TURN_USERNAME: 'u',
      TURN_PASSWORD: 'p',
    },
    async run(target) {
      const { response } = await target.open('publish', PUBLISH_OFFER);
      expect(response.headers.get('link')).toBe(
        '<stun:stun.example:3478>; rel="ice-server", ' +
          '<turn:turn.example:3478>; rel="ice-server"; username="u"; credential="p"; credential-type="password"',
      );
    },
  },

  'simulcast.answer': {
    async run(target) {
      for (const client of SIMULCAST_OFFERS) {
        const { text } = await answeredVideo(target, offerOf(client));
        expect(text.match(/^a=rid:.*(?=\r)/gm)).toEqual(['a=rid:l recv', 'a=rid:m recv', 'a=rid:h recv']);
        expect(text.match(/^a=simulcast:.*(?=\r)/gm)).toEqual(['a=simulcast:recv l;m;h']);
      }
    },
  },

  'simulcast.extensions': {
    async run(target) {
      for (const client of SIMULCAST_OFFERS) {
        const { value } = await answeredVideo(target, offerOf(client));
        expect(extensionsOf(value)).toEqual(
          expect.arrayContaining([EXTENSION.mid, EXTENSION.rid, EXTENSION.repairedRid]),
        );
      }
    },
  },

  'simulcast.layers': {
    async run(target) {
      for (const count of [2, 3, 4, 5]) {
        const { offer, rids } = withLayers(count);
        const { value } = await answeredVideo(target, offer);
        expect(value?.rids?.map(({ id, direction }) => `${id} ${direction}`)).toEqual(rids.map((rid) => `${rid} recv`));
        expect(value?.simulcast).toEqual({ dir1: 'recv', list1: rids.join(';') });
      }
    },
  },

  'simulcast.svc': {
    async run(target) {
      for (const client of ['chromium-publish-vp9', 'chromium-publish-av1']) {
        const { text } = await answeredVideo(target, offerOf(client));
        expect(text).not.toMatch(/^a=(?:rid|simulcast):|scalab/im);
      }
    },
  },

  'safari.profiles': {
    async run(target) {
      const offers = [
        offerOf('chromium-publish-vp9'),
        offerOf('chromium-publish-h264'),
        change(offerOf('ffmpeg-publish-h264'), /profile-level-id=\w+/, 'profile-level-id=42e01f'),
      ];
      for (const offer of offers) {
        const { value } = await answeredVideo(target, offer);
        const offered = profiles(read(offer).media.find(({ type }) => type === 'video'));
        const answered = profiles(value);
        expect(answered.size).toBeGreaterThan(0);
        for (const [payloadType, profile] of answered) expect(profile).toEqual(offered.get(payloadType));
      }
    },
  },
} satisfies Partial<Record<RowId, RowTest>>;

type Section = ReturnType<typeof read>['media'][number];

/** Codec and profile by payload type; of H264's profile-level-id the level is each side's own. */
function profiles(section: Section | undefined): Map<number, string> {
  const entries = (section?.rtp ?? [])
    .filter(({ codec }) => /^(?:VP9|H264)$/i.test(codec))
    .map(({ payload, codec }) => {
      const config = section?.fmtp.find((format) => format.payload === payload)?.config ?? '';
      const h264 = /profile-level-id=(\w{4})/i.exec(config)?.[1]?.toLowerCase();
      const vp9 = /profile-id=(\d+)/.exec(config)?.[1] ?? '0';
      const mode = /packetization-mode=(\d)/.exec(config)?.[1] ?? '0';
      return [payload, codec === 'VP9' ? `VP9 ${vp9}` : `H264 ${h264 ?? ''} ${mode}`] as const;
    });
  return new Map(entries);
}
