import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOffer } from './parse-offer.ts';
import { changedOffer } from './testing/changed-offer.ts';
import {
  accepted,
  AUDIO_LINES,
  clientOffer,
  PASSWORD,
  refused,
  SESSION_LINES,
  SHA256,
  smallOffer,
  UFRAG,
  VIDEO_LINES,
  withLine,
  withLines,
} from './testing/offers.ts';
import type { OfferedMedia } from './types.ts';

const MUX = 'a=rtcp-mux';

describe('parseOffer', () => {
  it('reads transport and sections', () => {
    const offer = accepted(parseOffer(smallOffer()));
    expect(offer).toMatchObject({
      ice: { ufrag: UFRAG, password: PASSWORD },
      fingerprint: { algorithm: 'sha-256', value: Uint8Array.from({ length: 32 }, (_, index) => index + 16) },
      setup: 'actpass',
      bundle: ['0', '1'],
      extmapAllowMixed: false,
      trickle: false,
    });
    expect(offer.media.map(({ kind, index, mid, hasMid, protocol }) => [kind, index, mid, hasMid, protocol])).toEqual([
      ['audio', 0, '0', true, 'UDP/TLS/RTP/SAVPF'],
      ['video', 1, '1', true, 'UDP/TLS/RTP/SAVPF'],
    ]);
  });

  it.each(['\n', '\r', '\r\n'])('takes any line ending (%j)', (ending) => {
    expect(accepted(parseOffer(smallOffer().replaceAll('\r\n', ending))).media).toHaveLength(2);
  });

  it.each([
    ['nothing', ''],
    ['text that is no SDP', '{"type":"offer"}'],
    ['no m-line', SESSION_LINES.join('\r\n')],
    ['no credentials', withLine(`a=ice-ufrag:${UFRAG}`).replace(`a=ice-pwd:${PASSWORD}\r\n`, '')],
    ['a ufrag without a password', withLine(`a=ice-pwd:${PASSWORD}`)],
    ['a password without a ufrag', withLine(`a=ice-ufrag:${UFRAG}`)],
    ['a ufrag that is too short', withLine(`a=ice-ufrag:${UFRAG}`, 'a=ice-ufrag:abc')],
    ['a ufrag with a colon', withLine(`a=ice-ufrag:${UFRAG}`, 'a=ice-ufrag:ab:cd')],
    ['a password that is too short', withLine(`a=ice-pwd:${PASSWORD}`, 'a=ice-pwd:abcdefghijklmnopqrstu')],
    ['no fingerprint', withLine(`a=fingerprint:sha-256 ${SHA256}`)],
    ['a fingerprint without colons', withLine(`a=fingerprint:sha-256 ${SHA256}`, 'a=fingerprint:sha-256 0102')],
    ['a short fingerprint', withLine(`a=fingerprint:sha-256 ${SHA256}`, 'a=fingerprint:sha-256 01:02')],
    ['a fingerprint that is no hexadecimal', smallOffer().replace('10:11', 'XY:11')],
    ['a fingerprint with a tab', smallOffer().replace('sha-256 10', 'sha-256 \t10')],
    ['a fingerprint with something before it', smallOffer().replace('sha-256 10', 'sha-256 x 10')],
    ['a fingerprint with another separator', smallOffer().replace('10:11', '10-11')],
    ['a fingerprint that ends with a colon', withLine(`a=fingerprint:sha-256 ${SHA256}`, 'a=fingerprint:sha-256 01:')],
    ['a hash with a name of other characters', smallOffer().replace('sha-256', 'sha_256')],
    ['a fingerprint without a hash name', withLine(`a=fingerprint:sha-256 ${SHA256}`, `a=fingerprint:${SHA256}`)],
    ['an unknown setup', withLine('a=setup:actpass', 'a=setup:holdconn')],
    ['a setup that only begins well', withLine('a=setup:actpass', 'a=setup:active-ish')],
    ['a malformed m-line', withLine(AUDIO_LINES[0] ?? '', 'm=audio')],
    ['an m-line with a range of ports', withLine(AUDIO_LINES[0] ?? '', 'm=audio 9/2 UDP/TLS/RTP/SAVPF 111')],
    ['an m-line without formats', withLine(AUDIO_LINES[0] ?? '', 'm=audio 9 UDP/TLS/RTP/SAVPF')],
    ['a payload type beyond 127', withLine(AUDIO_LINES[0] ?? '', 'm=audio 9 UDP/TLS/RTP/SAVPF 111 128')],
    ['a payload type twice', withLine(AUDIO_LINES[0] ?? '', 'm=audio 9 UDP/TLS/RTP/SAVPF 111 111')],
    ['one mid twice', withLine('a=mid:1', 'a=mid:0')],
    ['an empty mid', withLine('a=mid:1', 'a=mid:')],
    ['a mid that is no token', withLine('a=mid:1', 'a=mid:a"b')],
  ])('refuses %s as malformed', (_what, text) => {
    expect(refused(parseOffer(text)).reason).toBe('malformed');
  });

  it.each([
    ['data channels', smallOffer() + 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n'],
    ['another kind of media', smallOffer() + 'm=text 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:2\r\n'],
    ['RTP without encryption', withLine(AUDIO_LINES[0] ?? '', 'm=audio 9 RTP/AVP 111')],
    ['sections outside the bundle', withLine('a=group:BUNDLE 0 1', 'a=group:BUNDLE 0')],
    ['two sections without a bundle', withLine('a=group:BUNDLE 0 1')],
    ['no rtcp-mux', smallOffer((line) => (line === MUX ? [] : line))],
    ['an ICE-lite peer', withLines('t=0 0', 'a=ice-lite')],
    ['a section that is switched off', withLine(VIDEO_LINES[0] ?? '', 'm=video 0 UDP/TLS/RTP/SAVPF 96 97')],
    ['only unknown hashes', withLine(`a=fingerprint:sha-256 ${SHA256}`, `a=fingerprint:md5 ${SHA256}`)],
  ])('refuses %s as unservable', (_what, text) => {
    expect(refused(parseOffer(text)).reason).toBe('unservable');
  });

  it.each([
    ['lines', smallOffer() + 'a=x\r\n'.repeat(2000)],
    ['characters in a line', smallOffer() + `a=x:${'y'.repeat(5000)}\r\n`],
    ['m-lines', smallOffer() + 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(40)],
    ['formats', withLine(AUDIO_LINES[0] ?? '', `m=audio 9 UDP/TLS/RTP/SAVPF ${'111 '.repeat(129)}`)],
  ])('refuses too many %s', (_what, text) => {
    expect(refused(parseOffer(text)).reason).toBe('malformed');
  });

  it('names the section that it refuses', () => {
    expect(refused(parseOffer(smallOffer() + 'm=application 9 UDP/DTLS/SCTP x\r\n')).detail).toContain('m-line 2');
  });
});

describe('the transport of an offer', () => {
  it('may stand in the sections instead of above them', () => {
    const lines = SESSION_LINES.slice(5);
    const text = smallOffer((line) => (lines.includes(line) ? [] : line === 'a=mid:0' ? [line, ...lines] : line));
    expect(accepted(parseOffer(text))).toMatchObject({ ice: { ufrag: UFRAG }, setup: 'actpass' });
  });

  it('is that of the section first in the bundle, where sections differ', () => {
    const [audio, video] = ['a=ice-ufrag:audio', 'a=ice-ufrag:video'].map((line) => [line, `a=ice-pwd:${PASSWORD}`]);
    const text = (group: string) =>
      smallOffer((line) => {
        if (line === 'a=mid:0') return [line, ...(audio ?? []), 'a=setup:active'];
        if (line === 'a=mid:1') return [line, ...(video ?? []), 'a=setup:passive'];
        return line === 'a=group:BUNDLE 0 1' ? group : line;
      });
    const first = accepted(parseOffer(text('a=group:BUNDLE 0 1')));
    expect([first.ice.ufrag, first.setup]).toEqual(['audio', 'active']);
    const second = accepted(parseOffer(text('a=group:BUNDLE 1 0')));
    expect([second.ice.ufrag, second.setup]).toEqual(['video', 'passive']);
  });

  it('takes aiortc by its first section', () => {
    expect(accepted(parseOffer(clientOffer('aiortc-publish-vp8'))).ice).toEqual({
      ufrag: 'Jo6E',
      password: 'Q9D1s0XQfjG5kA0I7kRNPm',
    });
  });

  it('keeps credentials that look like numbers', () => {
    const text = withLine(`a=ice-ufrag:${UFRAG}`, 'a=ice-ufrag:1e21').replace(PASSWORD, '0'.repeat(22));
    expect(accepted(parseOffer(text)).ice).toEqual({ ufrag: '1e21', password: '0'.repeat(22) });
  });

  it('has the strongest of several fingerprints, in whatever order', () => {
    const sha1 = `a=fingerprint:sha-1 ${SHA256.slice(0, 59)}`;
    const sha512 = `a=fingerprint:SHA-512 ${SHA256}:${SHA256.toLowerCase()}`;
    const unknown = 'a=fingerprint:sha3-256 01:02';
    for (const lines of [
      [sha1, sha512, unknown],
      [unknown, sha512, sha1],
    ]) {
      const { fingerprint } = accepted(parseOffer(withLines('a=setup:actpass', ...lines)));
      expect(fingerprint.algorithm).toBe('sha-512');
      expect(fingerprint.value).toHaveLength(64);
    }
  });

  it('prefers a fingerprint of the section to a stronger one of the session', () => {
    const sha1 = `a=fingerprint:sha-1 ${SHA256.slice(0, 59)}`;
    expect(accepted(parseOffer(withLines('a=mid:0', sha1))).fingerprint.algorithm).toBe('sha-1');
  });

  it('is active where no setup is named (RFC 4145 4)', () => {
    expect(accepted(parseOffer(withLine('a=setup:actpass'))).setup).toBe('active');
  });

  it('needs rtcp-mux only once in a bundle', () => {
    let seen = 0;
    const text = smallOffer((line) => (line === MUX && seen++ > 0 ? [] : line));
    expect(parseOffer(text).ok).toBe(true);
  });

  it.each([
    ['a=ice-options:trickle', true],
    ['a=ice-options:ice2 trickle', true],
    ['a=ice-options:ice2,trickle', true],
    ['a=ice-options:ice2', false],
    ['a=ice-options:trickle2', false],
  ])('%s: trickle is %s', (line, expected) => {
    expect(accepted(parseOffer(withLines('t=0 0', line))).trickle).toBe(expected);
    expect(accepted(parseOffer(withLines('a=mid:0', line))).trickle).toBe(expected);
  });
});

describe('a bundle', () => {
  it('may name sections that are not there, as FFmpeg writes it for one track', () => {
    const text = [...SESSION_LINES, ...AUDIO_LINES].join('\r\n');
    expect(accepted(parseOffer(text)).bundle).toEqual(['0', '1']);
  });

  it('is not needed for a single section, with a mid or without', () => {
    const lines = [...SESSION_LINES, ...AUDIO_LINES].filter((line) => !line.startsWith('a=group'));
    expect(accepted(parseOffer(lines.join('\r\n'))).bundle).toEqual([]);
    const [media] = accepted(parseOffer(lines.filter((line) => line !== 'a=mid:0').join('\r\n'))).media;
    expect(media).toMatchObject({ mid: '0', hasMid: false });
  });

  it('is found among other groups', () => {
    const text = withLine('a=group:BUNDLE 0 1', 'a=group:LS 0 1', 'a=group:BUNDLE 1 0');
    expect(accepted(parseOffer(text)).bundle).toEqual(['1', '0']);
  });

  it('is not another group whose name begins like it', () => {
    expect(parseOffer(withLine('a=group:BUNDLE 0 1', 'a=group:BUNDLED 0 1')).ok).toBe(false);
  });
});

describe('a changed offer', () => {
  it('never throws, and what it gives is in bounds', () => {
    fc.assert(
      fc.property(fc.oneof(changedOffer, fc.string({ unit: 'binary' })), (text) => {
        const result = parseOffer(text);
        return result.ok ? result.value.media.every(isInBounds) : result.detail.endsWith('.');
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  function isInBounds({ mid, extensions, ssrcs, codecs }: OfferedMedia): boolean {
    return (
      /^[\x21-\x7e]{1,64}$/.test(mid) &&
      extensions.every(({ id, uri }) => id >= 1 && id <= 255 && id !== 15 && typeof uri === 'string') &&
      ssrcs.every((ssrc) => ssrc >>> 0 === ssrc) &&
      codecs.every(
        ({ payloadType, rtxPayloadType = 0, parameters }) =>
          (payloadType & 0x7f) === payloadType &&
          (rtxPayloadType & 0x7f) === rtxPayloadType &&
          Object.values(parameters).every((value) => typeof value === 'string'),
      )
    );
  }
});
