import { describe, expect, it } from 'vitest';
import { EXTENSION } from './extensions.ts';
import { negotiatePlay, negotiatePublish } from './negotiate.ts';
import { parseOffer } from './parse-offer.ts';
import { accepted, clientOffer, refused, smallOffer, withLine, withLines } from './testing/offers.ts';
import type { AcceptedMedia, Direction, Negotiation } from './types.ts';

const publish = (text: string) => negotiatePublish(accepted(parseOffer(text)));
const play = (text: string) => negotiatePlay(accepted(parseOffer(text)));

/** The small offer with this direction in both sections. */
function directed(direction: Direction, text: string = smallOffer()): string {
  return text.replaceAll('a=sendonly', `a=${direction}`);
}

function section(negotiation: Negotiation, kind: 'audio' | 'video'): AcceptedMedia {
  const media = negotiation.media.find(({ offered }) => offered.kind === kind);
  if (media === undefined) throw new Error(`No ${kind}`);
  return media;
}

function uris(media: AcceptedMedia): string[] {
  return media.extensions.map(({ uri }) => uri);
}

describe('the direction', () => {
  it.each(['sendonly', 'sendrecv'] as const)('%s may publish', (direction) => {
    expect(accepted(publish(directed(direction))).role).toBe('publish');
  });

  it.each(['recvonly', 'sendrecv'] as const)('%s may play', (direction) => {
    expect(accepted(play(directed(direction))).role).toBe('play');
  });

  it.each(['recvonly', 'inactive'] as const)('%s may not publish', (direction) => {
    const refusal = refused(publish(directed(direction)));
    expect(refusal.reason).toBe('malformed');
    expect(refusal.detail).toContain(direction);
  });

  it.each(['sendonly', 'inactive'] as const)('%s may not play', (direction) => {
    expect(refused(play(directed(direction))).reason).toBe('malformed');
  });

  it('counts in every section', () => {
    const text = smallOffer().replace('a=sendonly', 'a=recvonly');
    expect(refused(publish(text)).reason).toBe('malformed');
    expect(refused(play(text)).reason).toBe('malformed');
  });
});

describe('the DTLS role', () => {
  it.each([
    ['actpass', 'server'],
    ['active', 'server'],
    ['passive', 'client'],
  ])('for an offer of %s is %s', (setup, role) => {
    expect(accepted(publish(withLine('a=setup:actpass', `a=setup:${setup}`))).dtlsRole).toBe(role);
  });

  it('is client towards FFmpeg', () => {
    expect(accepted(publish(clientOffer('ffmpeg-publish-h264'))).dtlsRole).toBe('client');
  });
});

describe('sections', () => {
  it('may be one of a kind', () => {
    const second = (kind: string) =>
      smallOffer()
        .replace('BUNDLE 0 1', 'BUNDLE 0 1 2')
        .concat(`m=${kind} 9 UDP/TLS/RTP/SAVPF 120\r\na=mid:2\r\na=sendonly\r\na=rtpmap:120 `)
        .concat(kind === 'audio' ? 'opus/48000/2\r\n' : 'VP8/90000\r\n');
    for (const kind of ['audio', 'video']) {
      for (const [negotiate, text] of [
        [publish, second(kind)],
        [play, directed('recvonly', second(kind))],
      ] as const) {
        const refusal = refused(negotiate(text));
        expect(refusal.reason).toBe('unservable');
        expect(refusal.detail).toContain(kind);
      }
    }
  });

  it('without a known codec refuse the whole offer, by name', () => {
    const refusal = refused(publish(withLine('a=rtpmap:111 opus/48000/2', 'a=rtpmap:111 PCMU/8000')));
    expect(refusal).toMatchObject({ reason: 'unservable' });
    expect(refusal.detail).toContain('audio');
    expect(refusal.detail).toContain('opus');
  });

  it('may not share a payload type', () => {
    const text = smallOffer((line) => line.replaceAll('111', '96'));
    expect(refused(publish(text)).reason).toBe('malformed');
    const rtx = smallOffer((line) => line.replaceAll('111', '97'));
    expect(refused(publish(rtx)).reason).toBe('malformed');
    const opus = 'a=rtpmap:111 opus/48000/2';
    const red = smallOffer((line) => (line === opus ? [opus, 'a=rtpmap:97 red/48000/2', 'a=fmtp:97 111/111'] : line));
    expect(refused(publish(red.replace('SAVPF 111', 'SAVPF 111 97'))).reason).toBe('malformed');
  });

  it('may share the payload type of a format that nobody accepts', () => {
    const text = smallOffer((line) => line.replace('SAVPF 111', 'SAVPF 111 96'));
    expect(publish(text).ok).toBe(true);
  });
});

describe('codecs', () => {
  it('are all accepted, in the order of the offer, for both roles', () => {
    const names = (negotiation: Negotiation) => section(negotiation, 'video').codecs.map((codec) => codec.name);
    const offer = clientOffer('firefox-play');
    expect(names(accepted(play(offer)))).toEqual(['VP8', 'VP9', 'AV1']);
    expect(names(accepted(publish(offer.replaceAll('a=recvonly', 'a=sendonly'))))).toEqual(['VP8', 'VP9', 'AV1']);
  });

  it('have the feedback that both sides know', () => {
    const feedback = (negotiation: Negotiation) => section(negotiation, 'video').codecs[0]?.feedback;
    const lines = ['nack', 'nack pli', 'nack rpsi', 'ccm fir', 'ccm tmmbr', 'goog-remb', 'transport-cc'];
    const text = withLines(
      'a=mid:1',
      `a=extmap:3 ${EXTENSION.transportWideCc}`,
      ...lines.map((value) => `a=rtcp-fb:96 ${value}`),
    );
    const known = ['nack', 'nack pli', 'ccm fir', 'goog-remb'];
    expect(feedback(accepted(publish(text)))).toEqual([...known, 'transport-cc']);
    expect(feedback(accepted(play(directed('recvonly', text))))).toEqual([...known, 'transport-cc']);
  });

  it('have no transport-wide feedback without its extension', () => {
    const text = withLines('a=mid:1', 'a=rtcp-fb:96 transport-cc');
    expect(section(accepted(publish(text)), 'video').codecs[0]?.feedback).toEqual([]);
  });

  it('of the offer are not changed', () => {
    const offer = accepted(parseOffer(clientOffer('chromium-play-whip-whep')));
    const before = structuredClone(offer);
    negotiatePlay(offer);
    expect(offer).toEqual(before);
  });
});

describe('header extensions', () => {
  it('of a publisher are those that the server reads or passes on', () => {
    const negotiation = accepted(publish(clientOffer('chromium-publish-simulcast-vp8')));
    expect(new Set(uris(section(negotiation, 'audio')))).toEqual(
      new Set([EXTENSION.mid, EXTENSION.audioLevel, EXTENSION.absoluteSendTime, EXTENSION.transportWideCc]),
    );
    const notOffered: string[] = [EXTENSION.audioLevel, EXTENSION.absoluteCaptureTime];
    expect(new Set(uris(section(negotiation, 'video')))).toEqual(
      new Set(Object.values(EXTENSION).filter((uri) => !notOffered.includes(uri))),
    );
  });

  it('of a viewer are those that the server writes or passes on', () => {
    const negotiation = accepted(play(clientOffer('chromium-play-whip-whep')));
    expect(uris(section(negotiation, 'audio'))).toEqual([EXTENSION.audioLevel, EXTENSION.mid]);
    expect(new Set(uris(section(negotiation, 'video')))).toEqual(
      new Set([
        EXTENSION.mid,
        EXTENSION.transportWideCc,
        EXTENSION.videoOrientation,
        EXTENSION.playoutDelay,
        EXTENSION.videoContentType,
        EXTENSION.colorSpace,
      ]),
    );
  });

  it('that an offerer only receives are not accepted from it, and those it only sends are not sent to it', () => {
    const text = withLines(
      'a=mid:1',
      `a=extmap:1/recvonly ${EXTENSION.playoutDelay}`,
      `a=extmap:2/sendonly ${EXTENSION.dependencyDescriptor}`,
      `a=extmap:3/inactive ${EXTENSION.colorSpace}`,
      `a=extmap:4/sendrecv ${EXTENSION.videoOrientation}`,
    );
    expect(uris(section(accepted(publish(text)), 'video'))).toEqual([
      EXTENSION.dependencyDescriptor,
      EXTENSION.videoOrientation,
    ]);
    expect(uris(section(accepted(play(directed('recvonly', text))), 'video'))).toEqual([
      EXTENSION.playoutDelay,
      EXTENSION.videoOrientation,
    ]);
  });

  it('give dependency descriptors only to viewers that take the two-byte form', () => {
    const oneByte = withLines('a=mid:1', `a=extmap:2 ${EXTENSION.dependencyDescriptor}`);
    const mixed = oneByte.replace('t=0 0', 't=0 0\r\na=extmap-allow-mixed');
    const played = (text: string) => uris(section(accepted(play(directed('recvonly', text))), 'video'));
    expect(played(mixed)).toEqual([EXTENSION.dependencyDescriptor]);
    expect(played(oneByte)).toEqual([]);
    expect(uris(section(accepted(publish(oneByte)), 'video'))).toEqual([EXTENSION.dependencyDescriptor]);
  });

  it('write no MID to a viewer that is longer than 14 bytes, or that it has not', () => {
    const withMid = (mid: string) =>
      directed(
        'recvonly',
        smallOffer((line) =>
          line === 'a=mid:1'
            ? [`a=mid:${mid}`, `a=extmap:4 ${EXTENSION.mid}`]
            : line.replace('BUNDLE 0 1', `BUNDLE 0 ${mid}`),
        ),
      );
    expect(uris(section(accepted(play(withMid('12345678901234'))), 'video'))).toEqual([EXTENSION.mid]);
    expect(uris(section(accepted(play(withMid('123456789012345'))), 'video'))).toEqual([]);
    const published = withMid('123456789012345').replaceAll('a=recvonly', 'a=sendonly');
    expect(uris(section(accepted(publish(published)), 'video'))).toEqual([EXTENSION.mid]);
  });

  it('are left out of a section of the other kind', () => {
    const text = withLines('a=mid:1', `a=extmap:1 ${EXTENSION.audioLevel}`);
    expect(uris(section(accepted(publish(text)), 'video'))).toEqual([]);
  });
});
