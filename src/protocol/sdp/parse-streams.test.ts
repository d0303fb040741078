import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { readDescription } from './description.ts';
import { parseSendRids, parseSsrcs } from './parse-streams.ts';
import { accepted, clientOffer } from './testing/offers.ts';

function ssrcsOf(...lines: string[]) {
  const [media] = parse(['m=video 9 UDP/TLS/RTP/SAVPF 96', ...lines.map((line) => `a=${line}`)].join('\n')).media;
  if (media === undefined) throw new Error('No section');
  const { ssrcs, rtxSsrcs } = parseSsrcs(media);
  return { ssrcs, rtx: [...rtxSsrcs] };
}

describe('parseSsrcs', () => {
  it('tells media from RTX', () => {
    expect(ssrcsOf('ssrc-group:FID 1 2', 'ssrc:1 cname:c', 'ssrc:1 msid:a b', 'ssrc:2 cname:c')).toEqual({
      ssrcs: [1],
      rtx: [[2, 1]],
    });
  });

  it('keeps the layers of simulcast in order', () => {
    const [media] = parse(clientOffer('firefox-publish-simulcast')).media;
    if (media === undefined) throw new Error('No section');
    const { ssrcs, rtxSsrcs } = parseSsrcs(media);
    expect(ssrcs).toEqual([3714681857, 1898135771, 2207093183]);
    expect([...rtxSsrcs.values()]).toEqual(ssrcs);
  });

  it('takes an RTX SSRC from the group alone, as FFmpeg writes it', () => {
    expect(ssrcsOf('ssrc-group:FID 1684924903 1684924904', 'ssrc:1684924903 cname:FFmpeg')).toEqual({
      ssrcs: [1684924903],
      rtx: [[1684924904, 1684924903]],
    });
    expect(ssrcsOf('ssrc-group:FID 7 8')).toEqual({ ssrcs: [7], rtx: [[8, 7]] });
  });

  it('leaves out FEC', () => {
    expect(ssrcsOf('ssrc-group:FEC-FR 1 3', 'ssrc:1 cname:c', 'ssrc:3 cname:c')).toEqual({ ssrcs: [1], rtx: [] });
  });

  it('keeps all members of another group', () => {
    expect(ssrcsOf('ssrc-group:SIM 1 2 3', 'ssrc:1 cname:c', 'ssrc:2 cname:c', 'ssrc:3 cname:c').ssrcs).toEqual([
      1, 2, 3,
    ]);
  });

  it.each([
    ['ssrc:4294967296 cname:c'],
    ['ssrc: cname:c'],
    ['ssrc-group:FID 1'],
    ['ssrc-group:FID 1 1'],
    ['ssrc-group:FID 1 x'],
    ['ssrc-group:FID 1 2 3'],
  ])('ignores "%s"', (line) => {
    expect(ssrcsOf(line)).toEqual({ ssrcs: [], rtx: [] });
  });

  it('is bounded', () => {
    const lines = Array.from({ length: 500 }, (_, index) => `ssrc:${index} cname:c`);
    expect(ssrcsOf(...lines).ssrcs).toHaveLength(64);
  });
});

describe('parseSendRids', () => {
  const read = (...lines: string[]) => {
    const [section] = accepted(readDescription(['m=video', ...lines.map((line) => `a=${line}`)].join('\n'))).media;
    return section === undefined ? undefined : parseSendRids(section);
  };

  it('keeps the order of the simulcast line', () => {
    expect(read('rid:l send', 'rid:m send', 'rid:h send', 'simulcast:send h;m;l')).toEqual(['h', 'm', 'l']);
  });

  it('takes what is sent, not what is received', () => {
    const lines = ['rid:a send', 'rid:b recv', 'rid:c send'];
    expect(read(...lines, 'simulcast:recv b send a;c')).toEqual(['a', 'c']);
    expect(read(...lines, 'simulcast:send a;c recv b')).toEqual(['a', 'c']);
    expect(read(...lines, 'simulcast:recv b')).toEqual([]);
  });

  it('takes the first of alternatives, and paused layers', () => {
    const lines = ['rid:a send', 'rid:b send', 'rid:c send'];
    expect(read(...lines, 'simulcast:send a,b;~c')).toEqual(['a', 'c']);
  });

  it('takes names with "-" and restrictions', () => {
    expect(read('rid:hi-res send pt=96;max-width=1280', 'rid:1 send', 'simulcast:send hi-res;1')).toEqual([
      'hi-res',
      '1',
    ]);
  });

  it('takes the form of early drafts', () => {
    expect(read('rid:a send', 'rid:b send', 'simulcast: send rid=a;b')).toEqual(['a', 'b']);
  });

  it.each([
    ['no simulcast line', ['rid:a send']],
    ['no rid line', ['simulcast:send a']],
    ['a rid line of the other direction', ['rid:a recv', 'simulcast:send a']],
    ['a name that is none', ['rid:a.b send', 'simulcast:send a.b']],
  ])('is empty with %s', (_what, lines) => {
    expect(read(...lines)).toEqual([]);
  });

  it('counts a layer once', () => {
    expect(read('rid:a send', 'simulcast:send a;a')).toEqual(['a']);
  });
});
