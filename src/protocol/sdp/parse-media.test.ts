import { describe, expect, it } from 'vitest';
import { parseOffer } from './parse-offer.ts';
import { accepted, clientOffer, refused, smallOffer, withLine, withLines } from './testing/offers.ts';
import type { OfferedMedia } from './types.ts';

function mediaOf(text: string, index = 1): OfferedMedia {
  const media = accepted(parseOffer(text)).media[index];
  if (media === undefined) throw new Error('No such section');
  return media;
}

describe('an m-section', () => {
  it('in a bundle only, with port 0, is offered', () => {
    for (const name of ['firefox-publish-vp8', 'gstreamer-publish-vp8']) {
      expect(mediaOf(clientOffer(name))).toMatchObject({ kind: 'audio', direction: 'sendonly' });
    }
  });

  it.each(['UDP/TLS/RTP/SAVPF', 'UDP/TLS/RTP/SAVP', 'TCP/DTLS/RTP/SAVPF', 'RTP/SAVPF'])('may use %s', (protocol) => {
    const text = withLine('m=audio 9 UDP/TLS/RTP/SAVPF 111', `m=audio 9 ${protocol} 111`);
    expect(mediaOf(text, 0).protocol).toBe(protocol);
  });

  it.each([
    ['a=sendonly', 'sendonly'],
    ['a=inactive', 'inactive'],
    ['a=sendonlyish', 'sendrecv'],
    ['', 'sendrecv'],
  ])('with "%s" is %s', (line, direction) => {
    expect(mediaOf(smallOffer((other) => (other === 'a=sendonly' ? line : other))).direction).toBe(direction);
  });

  it('has the direction of the session where it names none', () => {
    const text = smallOffer((line) => (line === 'a=sendonly' ? [] : line === 't=0 0' ? [line, 'a=recvonly'] : line));
    expect(mediaOf(text).direction).toBe('recvonly');
  });

  it('keeps a mid as text', () => {
    const text = smallOffer((line) => line.replace('BUNDLE 0 1', 'BUNDLE 0 1e3').replace('mid:1', 'mid:1e3'));
    expect(mediaOf(text).mid).toBe('1e3');
  });

  it('tells whether RTCP may be reduced', () => {
    expect(mediaOf(smallOffer()).reducedSizeRtcp).toBe(false);
    expect(mediaOf(withLines('a=mid:1', 'a=rtcp-rsize')).reducedSizeRtcp).toBe(true);
  });

  it('refuses more than 8 layers', () => {
    const rids = Array.from({ length: 9 }, (_, index) => `r${index}`);
    const lines = [...rids.map((rid) => `a=rid:${rid} send`), `a=simulcast:send ${rids.join(';')}`];
    expect(refused(parseOffer(withLines('a=mid:1', ...lines))).reason).toBe('unservable');
  });
});

describe('header extensions', () => {
  const read = (...lines: string[]) => mediaOf(withLines('a=mid:1', ...lines)).extensions;

  it('have an id, a URI and a direction', () => {
    expect(read('a=extmap:3 urn:a', 'a=extmap:6/recvonly urn:b', 'a=extmap:8/sendonly urn:c#d rate=5')).toEqual([
      { id: 3, uri: 'urn:a', direction: undefined },
      { id: 6, uri: 'urn:b', direction: 'recvonly' },
      { id: 8, uri: 'urn:c#d', direction: 'sendonly' },
    ]);
  });

  it('keep a URI that looks like a number', () => {
    expect(read('a=extmap:3 42')).toEqual([{ id: 3, uri: '42', direction: undefined }]);
  });

  it.each([
    ['id 0', 'a=extmap:0 urn:a'],
    ['the reserved id 15', 'a=extmap:15 urn:a'],
    ['an id of the two-byte form alone', 'a=extmap:16 urn:a'],
    ['an id to be chosen by the answerer', 'a=extmap:4096 urn:a'],
    ['an unknown direction', 'a=extmap:3/both urn:a'],
    ['encryption', 'a=extmap:3 urn:ietf:params:rtp-hdrext:encrypt urn:a'],
    ['a malformed id', 'a=extmap:x urn:a'],
  ])('leave out %s', (_what, line) => {
    expect(read(line)).toEqual([]);
  });

  it('may have ids of the two-byte form where both forms are mixed', () => {
    const ids = (...lines: string[]) => read(...lines).map(({ id }) => id);
    expect(ids('a=extmap-allow-mixed', 'a=extmap:15 urn:a', 'a=extmap:16 urn:b', 'a=extmap:255 urn:c')).toEqual([
      16, 255,
    ]);
    expect(ids('a=extmap-allow-mixed', 'a=extmap:256 urn:a')).toEqual([]);
    const text = smallOffer((line) =>
      line === 't=0 0' ? [line, 'a=extmap-allow-mixed'] : line === 'a=mid:1' ? [line, 'a=extmap:20 urn:a'] : line,
    );
    expect(mediaOf(text).extensions).toHaveLength(1);
  });

  it('count once by id and once by URI', () => {
    expect(read('a=extmap:3 urn:a', 'a=extmap:3 urn:b', 'a=extmap:4 urn:a').map(({ id }) => id)).toEqual([3]);
  });

  it('may stand for different URIs in different sections, as aiortc writes them', () => {
    const { media } = accepted(parseOffer(clientOffer('aiortc-publish-vp8')));
    expect(media.map(({ extensions }) => extensions.find(({ id }) => id === 2)?.uri)).toEqual([
      'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
      'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    ]);
  });

  it('are mixed for the offer where the session or every section says so', () => {
    const mixed = (text: string) => accepted(parseOffer(text)).extmapAllowMixed;
    expect(mixed(clientOffer('chromium-publish-vp8'))).toBe(true);
    expect(mixed(clientOffer('firefox-publish-vp8'))).toBe(true);
    expect(mixed(withLines('a=mid:1', 'a=extmap-allow-mixed'))).toBe(false);
  });
});
