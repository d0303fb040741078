import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { EXTENSION } from './extensions.ts';
import { negotiatePlay, negotiatePublish } from './negotiate.ts';
import { parseOffer } from './parse-offer.ts';
import {
  accepted,
  AUDIO_LINES,
  clientOffer,
  localDescription,
  SESSION_LINES,
  smallOffer,
  withLine,
  withLines,
} from './testing/offers.ts';
import type { LocalDescription, Negotiation } from './types.ts';
import { writeAnswer } from './write-answer.ts';

type Change = (local: LocalDescription) => Partial<LocalDescription>;

function answer(negotiation: Negotiation, change: Change = () => ({})): string {
  const local = localDescription(negotiation);
  return writeAnswer(negotiation, { ...local, ...change(local) });
}

const publish = (text: string, change?: Change) =>
  answer(accepted(negotiatePublish(accepted(parseOffer(text)))), change);
const play = (text: string, change?: Change) => answer(accepted(negotiatePlay(accepted(parseOffer(text)))), change);

/** The lines of each section; the session's first. */
function sections(text: string): string[][] {
  return text.split(/\r\n(?=m=)/).map((section) => section.split('\r\n').filter((line) => line !== ''));
}

function viewerOffer(change: (line: string) => string | readonly string[] = (line) => line): string {
  return smallOffer(change).replaceAll('a=sendonly', 'a=recvonly');
}

describe('the session of an answer', () => {
  it('is ICE-lite, bundled as offered, and in lines that end with CRLF', () => {
    const text = publish(smallOffer());
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(sections(text)[0]).toEqual([
      'v=0',
      'o=- 4611686018427387904 1 IN IP4 0.0.0.0',
      's=-',
      't=0 0',
      'a=ice-lite',
      'a=ice-options:ice2',
      'a=group:BUNDLE 0 1',
    ]);
  });

  it('keeps the order of the bundle and leaves out sections that are not there', () => {
    expect(publish(withLine('a=group:BUNDLE 0 1', 'a=group:BUNDLE 1 7 0'))).toContain('a=group:BUNDLE 1 0\r\n');
  });

  it('has no bundle where none was offered, and no mid', () => {
    const lines = [...SESSION_LINES, ...AUDIO_LINES].filter((line) => !/^a=(?:group|mid)/.test(line));
    const text = publish(lines.join('\r\n'));
    expect(text).not.toMatch(/a=(?:group|mid|rtcp-mux-only)/);
    expect(text).toContain('a=candidate:1 ');
  });

  it('mixes forms of header extensions and takes trickled candidates only where that was offered', () => {
    expect(publish(smallOffer())).not.toMatch(/allow-mixed|trickle/);
    const text = publish(withLines('t=0 0', 'a=extmap-allow-mixed', 'a=ice-options:trickle'));
    expect(sections(text)[0]).toEqual(expect.arrayContaining(['a=extmap-allow-mixed', 'a=ice-options:ice2 trickle']));
  });
});

describe('the transport of an answer', () => {
  it('stands in every section', () => {
    for (const lines of sections(publish(smallOffer())).slice(1)) {
      expect(lines).toEqual(
        expect.arrayContaining([
          'c=IN IP4 203.0.113.1',
          'a=ice-ufrag:Local+/1',
          'a=ice-pwd:LocalPassword+/8901234',
          `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(':')}`,
          'a=setup:passive',
          'a=rtcp-mux',
          'a=rtcp-mux-only',
          'a=recvonly',
        ]),
      );
      expect(lines[0]).toContain(' 8189 ');
    }
  });

  it('is active towards a passive peer', () => {
    expect(publish(withLine('a=setup:actpass', 'a=setup:passive')).match(/a=setup:active\r/g)).toHaveLength(2);
  });

  it('has all candidates in the section first in the bundle, and only there', () => {
    const candidates = (text: string) =>
      sections(text)
        .slice(1)
        .map((lines) => lines.filter((line) => /^a=(?:candidate|end-of)/.test(line)));
    const all = [
      'a=candidate:1 1 udp 2130706431 203.0.113.1 8189 typ host',
      'a=candidate:2 1 udp 2130706175 2001:db8::1 8189 typ host',
      'a=end-of-candidates',
    ];
    expect(candidates(publish(smallOffer()))).toEqual([all, []]);
    expect(candidates(publish(withLine('a=group:BUNDLE 0 1', 'a=group:BUNDLE 1 0')))).toEqual([[], all]);
  });

  it('names the first UDP candidate as the default one', () => {
    const text = publish(smallOffer(), () => ({
      candidates: [
        { address: '203.0.113.1', port: 443, protocol: 'tcp' },
        { address: '2001:db8::1', port: 8189, protocol: 'udp' },
      ],
    }));
    expect(text.match(/^c=.*/gm)).toEqual(['c=IN IP6 2001:db8::1', 'c=IN IP6 2001:db8::1']);
    expect(text).toContain('a=candidate:1 1 tcp 1520435199 203.0.113.1 443 typ host tcptype passive\r\n');
  });

  it('rejects no section where there is no candidate', () => {
    const text = publish(smallOffer(), () => ({ candidates: [] }));
    expect(text.match(/^(?:m|c)=.*/gm)).toEqual([
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'c=IN IP4 0.0.0.0',
      'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
      'c=IN IP4 0.0.0.0',
    ]);
  });

  it('has reduced-size RTCP in the sections that offer it (RFC 5506 5)', () => {
    const reduced = sections(publish(withLines('a=mid:1', 'a=rtcp-rsize'))).map((lines) =>
      lines.includes('a=rtcp-rsize'),
    );
    expect(reduced).toEqual([false, false, true]);
  });
});

describe('the formats of an answer', () => {
  const fmtp = (text: string) => text.match(/^a=fmtp:(?:111|96) .*/gm) ?? [];
  const audio = (parameters: string) => withLines('a=rtpmap:111 opus/48000/2', `a=fmtp:111 ${parameters}`);
  const video = (name: string, parameters: string) =>
    withLines('a=rtpmap:97 rtx/90000', `a=fmtp:96 ${parameters}`).replace('VP8', name);

  it('put RTX behind what it repairs', () => {
    expect(publish(smallOffer())).toContain('m=video 8189 UDP/TLS/RTP/SAVPF 96 97\r\n');
    expect(publish(smallOffer())).toContain('a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n');
  });

  it.each([
    ['minptime=10;useinbandfec=1', 'minptime=10;useinbandfec=1'],
    ['maxplaybackrate=48000;stereo=1;useinbandfec=1', 'stereo=1;useinbandfec=1'],
    ['sprop-stereo=1;sprop-maxcapturerate=48000', 'stereo=1'],
    ['stereo=0;useinbandfec=0', 'stereo=0;useinbandfec=0'],
    ['maxaveragebitrate=96000', undefined],
  ])('ask a publisher of Opus with %s for %s', (offered, expected) => {
    expect(fmtp(publish(audio(offered)))).toEqual(expected === undefined ? [] : [`a=fmtp:111 ${expected}`]);
  });

  it('tell a viewer in stereo that it gets stereo', () => {
    const text = play(audio('stereo=1;useinbandfec=1').replaceAll('sendonly', 'recvonly'));
    expect(fmtp(text)).toEqual(['a=fmtp:111 stereo=1;useinbandfec=1;sprop-stereo=1']);
  });

  it.each([
    ['VP8', 'max-fs=12288;max-fr=60', undefined],
    ['VP9', 'profile-id=2;max-fs=12288', 'profile-id=2'],
    [
      'H264',
      'packetization-mode=1;sprop-parameter-sets=Z0LA,aM4=;profile-level-id=42c01e;level-asymmetry-allowed=1',
      'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42c01e',
    ],
    ['H264', 'profile-level-id=42e01f', 'profile-level-id=42e01f'],
    ['AV1', 'level-idx=5;profile=0;tier=0', 'profile=0;level-idx=5;tier=0'],
    ['H265', 'level-id=93;profile-id=1;tier-flag=0;tx-mode=SRST', 'profile-id=1;tier-flag=0;level-id=93;tx-mode=SRST'],
    ['H264', 'packetization-mode=1;profile-level-id=4"2', 'packetization-mode=1'],
  ])('repeat what names a format of %s (%s)', (name, offered, expected) => {
    expect(fmtp(publish(video(name, offered)))).toEqual(expected === undefined ? [] : [`a=fmtp:96 ${expected}`]);
  });

  describe('with RED', () => {
    const formats = 'm=audio 9 UDP/TLS/RTP/SAVPF';
    const offer = (order: string) =>
      withLines(
        'a=rtpmap:111 opus/48000/2',
        'a=fmtp:111 minptime=10;useinbandfec=1',
        'a=rtpmap:63 red/48000/2',
        'a=fmtp:63 111/111',
      ).replace(`${formats} 111`, `${formats} ${order}`);

    it.each(['111 63', '63 111'])('keep it and in-band FEC, in the order %s of the offer', (order) => {
      for (const text of [publish(offer(order)), play(offer(order).replaceAll('sendonly', 'recvonly'))]) {
        expect(sections(text)[1]?.[0]).toBe(`m=audio 8189 UDP/TLS/RTP/SAVPF ${order}`);
        expect(sections(text)[1]).toEqual(
          expect.arrayContaining([
            'a=rtpmap:111 opus/48000/2',
            'a=fmtp:111 minptime=10;useinbandfec=1',
            'a=rtpmap:63 red/48000/2',
            'a=fmtp:63 111/111',
          ]),
        );
      }
    });

    it('have none where none was offered', () => {
      expect(publish(offer('111'))).not.toContain('red/');
    });
  });

  it('have no bandwidth line', () => {
    expect(publish(withLines('a=mid:1', 'b=AS:500'))).not.toMatch(/^b=/m);
  });
});

describe('header extensions in an answer', () => {
  it('have the ids of the offer, and the other direction where one was named', () => {
    const text = publish(
      withLines(
        'a=mid:1',
        `a=extmap:9/sendonly ${EXTENSION.rid}`,
        `a=extmap:4 ${EXTENSION.mid}`,
        `a=extmap:5/sendrecv ${EXTENSION.colorSpace}`,
      ),
    );
    expect(text.match(/^a=extmap:.*/gm)).toEqual([
      `a=extmap:9/recvonly ${EXTENSION.rid}`,
      `a=extmap:4 ${EXTENSION.mid}`,
      `a=extmap:5/sendrecv ${EXTENSION.colorSpace}`,
    ]);
  });
});

describe('layers in an answer', () => {
  it('are all received, in the order of the offer', () => {
    const lines = ['a=rid:hi-res send', 'a=rid:lo send pt=96', 'a=simulcast:send hi-res;~lo'];
    expect(sections(publish(withLines('a=mid:1', ...lines)))[2]).toEqual(
      expect.arrayContaining(['a=rid:hi-res recv', 'a=rid:lo recv', 'a=simulcast:recv hi-res;lo']),
    );
  });

  it('are none for a viewer that would send them', () => {
    const lines = ['a=rid:a send', 'a=rid:b send', 'a=simulcast:send a;b'];
    expect(play(withLines('a=mid:1', ...lines).replaceAll('sendonly', 'sendrecv'))).not.toMatch(/a=(?:rid|simulcast)/);
  });
});

describe('streams in an answer', () => {
  it('are described for a viewer, with RTX where it takes RTX', () => {
    const [, audio, video] = sections(play(viewerOffer()));
    const streams = (lines: string[] | undefined) => lines?.filter((line) => /^a=(?:ssrc|msid)/.test(line));
    expect(streams(audio)).toEqual([
      'a=msid:stream track-0',
      'a=ssrc:1000 cname:cname',
      'a=ssrc:1000 msid:stream track-0',
    ]);
    expect(streams(video)).toEqual([
      'a=msid:stream track-1',
      'a=ssrc:1001 cname:cname',
      'a=ssrc:1001 msid:stream track-1',
      'a=ssrc:2001 cname:cname',
      'a=ssrc:2001 msid:stream track-1',
      'a=ssrc-group:FID 1001 2001',
    ]);
    expect(audio).toContain('a=sendonly');
  });

  it('have no RTX where the server has none', () => {
    const text = play(viewerOffer(), ({ streams }) => ({
      streams: streams.map((stream) => ({ ...stream, rtxSsrc: undefined })),
    }));
    expect(text).not.toContain('ssrc-group');
  });

  it('are none for a publisher', () => {
    expect(publish(smallOffer())).not.toMatch(/a=(?:ssrc|msid)/);
  });
});

describe('answers to real clients', () => {
  it.each([
    'chromium-publish-vp8',
    'chromium-publish-simulcast-vp8',
    'chromium-play-whip-whep',
    'ffmpeg-publish-h264',
    'firefox-publish-simulcast',
    'firefox-play',
    'gstreamer-publish-vp8',
    'gstreamer-play-h264',
    'aiortc-publish-vp8',
  ])('%s', async (name) => {
    const write = name.includes('-play') ? play : publish;
    const text = write(clientOffer(name));
    const readable = text.replaceAll('\r\n', '\n');
    await expect(readable).toMatchFileSnapshot(`../../../test/fixtures/answers/${name}.sdp`);
    expect(parse(text).media).toHaveLength(2);
  });
});
