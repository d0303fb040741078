import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { parseCodecs, parseFormatParameters } from './parse-codecs.ts';
import { accepted, clientOffer } from './testing/offers.ts';
import type { Codec, MediaKind } from './types.ts';

function read(kind: MediaKind, formats: string, ...lines: string[]): Codec[] {
  const [media] = parse([`m=${kind} 9 UDP/TLS/RTP/SAVPF ${formats}`, ...lines].join('\r\n')).media;
  if (media === undefined) throw new Error('No section');
  return accepted(parseCodecs(kind, media));
}

function summary(codecs: readonly Codec[]): unknown[] {
  return codecs.map((codec) => [codec.payloadType, codec.name, codec.rtxPayloadType]);
}

describe('parseCodecs', () => {
  it('reads a codec whole', () => {
    const lines = [
      'a=rtpmap:102 H264/90000',
      'a=rtcp-fb:102 nack',
      'a=rtcp-fb:102 nack pli',
      'a=fmtp:102 level-asymmetry-allowed=1; Packetization-Mode=1;profile-level-id=42E01F',
      'a=rtpmap:103 rtx/90000',
      'a=fmtp:103 apt=102;rtx-time=3000',
    ];
    expect(read('video', '102 103', ...lines)).toEqual([
      {
        name: 'H264',
        payloadType: 102,
        clockRate: 90_000,
        channels: 1,
        parameters: { 'level-asymmetry-allowed': '1', 'packetization-mode': '1', 'profile-level-id': '42E01F' },
        feedback: ['nack', 'nack pli'],
        rtxPayloadType: 103,
      },
    ]);
  });

  it('keeps the order of the m-line, not that of the rtpmap lines', () => {
    const lines = ['a=rtpmap:96 VP8/90000', 'a=rtpmap:98 VP9/90000', 'a=rtpmap:45 AV1/90000'];
    expect(read('video', '45 98 96', ...lines).map(({ name }) => name)).toEqual(['AV1', 'VP9', 'VP8']);
  });

  it('compares names without case', () => {
    const [codec] = read('audio', '97', 'a=rtpmap:97 OPUS/48000/2');
    expect(codec).toMatchObject({ name: 'opus', channels: 2 });
    expect(read('video', '96', 'a=rtpmap:96 vp8/90000')[0]?.name).toBe('VP8');
  });

  it('finds all known codecs of a Chromium viewer and leaves out the rest', () => {
    const [audio, video] = parse(clientOffer('chromium-play-whip-whep')).media;
    if (audio === undefined || video === undefined) throw new Error('No sections');
    expect(summary(accepted(parseCodecs('audio', audio)))).toEqual([[111, 'opus', undefined]]);
    expect(summary(accepted(parseCodecs('video', video)))).toEqual([
      [96, 'VP8', 97],
      ...[
        [98, 'VP9', 99],
        [100, 'VP9', 101],
        [35, 'VP9', 36],
        [37, 'VP9', 38],
      ],
      ...[
        [102, 'H264', 103],
        [104, 'H264', 107],
        [108, 'H264', 109],
        [114, 'H264', 115],
        [116, 'H264', 117],
        [39, 'H264', 40],
        [41, 'H264', 42],
        [43, 'H264', 44],
      ],
      [45, 'AV1', 46],
      [47, 'AV1', 48],
    ]);
  });

  it.each([
    ['of the other kind', 'video', 'a=rtpmap:96 opus/48000/2'],
    ['with another clock', 'video', 'a=rtpmap:96 VP8/48000'],
    ['without a clock', 'video', 'a=rtpmap:96 VP8'],
    ['with a clock that is no number', 'video', 'a=rtpmap:96 VP8/'],
    ['named like a member of every object', 'video', 'a=rtpmap:96 constructor/90000'],
    ['without an rtpmap', 'video', ''],
    ['that is only FEC', 'video', 'a=rtpmap:96 flexfec-03/90000'],
  ] as const)('leaves out a format %s', (_what, kind, line) => {
    expect(read(kind, '96', line)).toEqual([]);
  });

  it('leaves out interleaved H264', () => {
    expect(read('video', '96', 'a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=2')).toEqual([]);
    expect(read('video', '96', 'a=rtpmap:96 H264/90000')).toHaveLength(1);
  });

  it('leaves out payload types that read as RTCP (RFC 5761 4)', () => {
    const lines = ['a=rtpmap:63 VP8/90000', 'a=rtpmap:64 VP8/90000', 'a=rtpmap:95 VP8/90000', 'a=rtpmap:96 VP8/90000'];
    expect(summary(read('video', '63 64 95 96', ...lines))).toEqual([
      [63, 'VP8', undefined],
      [96, 'VP8', undefined],
    ]);
  });

  it('takes feedback for all formats', () => {
    const lines = ['a=rtpmap:96 VP8/90000', 'a=rtcp-fb:* nack', 'a=rtcp-fb:96 nack', 'a=rtcp-fb:97 ccm fir'];
    expect(read('video', '96', ...lines)[0]?.feedback).toEqual(['nack']);
  });
});

describe('RTX', () => {
  const vp8 = 'a=rtpmap:96 VP8/90000';

  it.each([
    ['names no format', ['a=rtpmap:97 rtx/90000']],
    ['names an unknown format', ['a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=98']],
    ['names itself', ['a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=97']],
    ['names what is no number', ['a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96x']],
    ['has another clock', ['a=rtpmap:97 rtx/48000', 'a=fmtp:97 apt=96']],
    ['is not on the m-line', ['a=rtpmap:99 rtx/90000', 'a=fmtp:99 apt=96']],
  ])('that %s is left out', (_what, lines) => {
    expect(summary(read('video', '96 97', vp8, ...lines))).toEqual([[96, 'VP8', undefined]]);
  });

  it('may come before what it repairs', () => {
    expect(summary(read('video', '97 96', 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96', vp8))).toEqual([
      [96, 'VP8', 97],
    ]);
  });

  it('repairs sound as well, as GStreamer offers it', () => {
    const audio = parse(clientOffer('gstreamer-publish-vp8')).media[1];
    if (audio === undefined) throw new Error('No section');
    expect(accepted(parseCodecs('audio', audio))).toMatchObject([
      { name: 'opus', payloadType: 97, rtxPayloadType: 99, feedback: ['nack', 'transport-cc'] },
    ]);
  });
});

describe('RED', () => {
  const opus = 'a=rtpmap:111 opus/48000/2';
  const red = ['a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111'];

  it('is a format of the codec that its blocks have, behind it or before it', () => {
    expect(read('audio', '111 63', opus, ...red)).toMatchObject([
      { name: 'opus', payloadType: 111, red: { payloadType: 63, preferred: false } },
    ]);
    expect(read('audio', '63 111', opus, ...red)).toMatchObject([
      { name: 'opus', payloadType: 111, red: { payloadType: 63, preferred: true } },
    ]);
  });

  it.each([
    ['names no codec', ['a=rtpmap:63 red/48000/2']],
    ['names one block only', ['a=rtpmap:63 red/48000/2', 'a=fmtp:63 111']],
    ['names another codec as well', ['a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/9']],
    ['names what is no number', ['a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/x']],
    ['has another clock', ['a=rtpmap:63 red/8000/2', 'a=fmtp:63 111/111']],
    ['has other channels', ['a=rtpmap:63 red/48000', 'a=fmtp:63 111/111']],
    ['is not on the m-line', ['a=rtpmap:62 red/48000/2', 'a=fmtp:62 111/111']],
  ])('that %s is left out', (_what, lines) => {
    expect(read('audio', '111 63', opus, ...lines).map((codec) => codec.red)).toEqual([undefined]);
  });

  it('that reads as RTCP, or is of pictures, is left out', () => {
    const lines = ['a=rtpmap:64 red/48000/2', 'a=fmtp:64 111/111'];
    expect(read('audio', '111 64', opus, ...lines).map((codec) => codec.red)).toEqual([undefined]);
    const picture = ['a=rtpmap:96 VP8/90000', 'a=rtpmap:98 red/90000', 'a=fmtp:98 96/96'];
    expect(read('video', '96 98', ...picture).map((codec) => codec.red)).toEqual([undefined]);
  });
});

describe('parseFormatParameters', () => {
  it.each([
    ['a=1; B=2 ;c = d ', { a: '1', b: '2', c: 'd' }],
    ['0-15', {}],
    ['111/111', {}],
    ['=1;;a=', { a: '' }],
    ['a=1;a=2', { a: '1' }],
    ['sprop-parameter-sets=Z0LA==,aM4==;x=y', { 'sprop-parameter-sets': 'Z0LA==,aM4==', x: 'y' }],
  ])('%s', (text, expected) => {
    expect(parseFormatParameters(text)).toEqual(expected);
  });

  it('makes names of object members ordinary keys', () => {
    const parameters = parseFormatParameters('__proto__=1;constructor=2');
    expect(Object.entries(parameters)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(Object.getPrototypeOf(parameters)).toBe(Object.prototype);
  });
});
