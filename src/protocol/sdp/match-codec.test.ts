import { describe, expect, it } from 'vitest';
import { matchCodec } from './match-codec.ts';
import { negotiatePlay, negotiatePublish } from './negotiate.ts';
import { parseFormatParameters } from './parse-codecs.ts';
import { parseOffer } from './parse-offer.ts';
import { accepted, CLIENT_OFFERS, clientOffer } from './testing/offers.ts';
import type { Codec, CodecName } from './types.ts';

function codec(name: CodecName, payloadType: number, parameters = ''): Codec {
  return {
    name,
    payloadType,
    clockRate: name === 'opus' ? 48_000 : 90_000,
    channels: name === 'opus' ? 2 : 1,
    parameters: parseFormatParameters(parameters),
    feedback: [],
    rtxPayloadType: undefined,
  };
}

/** Payload type that a viewer with these formats, numbered from 1, gets for the published one. */
function match(name: CodecName, viewer: string[], published: string): number | undefined {
  const codecs = viewer.map((parameters, index) => codec(name, index + 1, parameters));
  return matchCodec(codecs, codec(name, 96, published))?.payloadType;
}

describe('matchCodec', () => {
  it('compares name and clock', () => {
    const codecs = [codec('VP8', 1), codec('VP9', 2), codec('opus', 3)];
    expect(matchCodec(codecs, codec('VP8', 96))?.payloadType).toBe(1);
    expect(matchCodec(codecs, codec('opus', 96, 'stereo=1'))?.payloadType).toBe(3);
    expect(matchCodec(codecs, codec('AV1', 96))).toBeUndefined();
    expect(matchCodec([{ ...codec('VP8', 1), clockRate: 48_000 }], codec('VP8', 96))).toBeUndefined();
    expect(matchCodec([], codec('VP8', 96))).toBeUndefined();
  });

  it.each([
    [['profile-id=2', 'profile-id=0'], 'profile-id=0', 2],
    [['profile-id=2', ''], 'profile-id=0', 2],
    [['profile-id=0'], '', 1],
    [['profile-id=0', 'profile-id=2'], 'profile-id=2', 2],
    [['profile-id=0', 'profile-id=1'], 'profile-id=2', undefined],
    [['profile-id=x'], 'profile-id=x', undefined],
  ])('VP9: of %j for "%s" takes %s', (viewer, published, expected) => {
    expect(match('VP9', viewer, published)).toBe(expected);
  });

  it.each([
    [['profile=1', 'profile=0'], 'profile=0', 2],
    [['level-idx=5;profile=1;tier=0'], '', 1],
    [['profile=2', 'profile=1'], 'profile=0', 2],
    [['profile=0'], 'profile=1', undefined],
    [['', ''], 'level-idx=8;profile=0;tier=0', 1],
  ])('AV1: of %j for "%s" takes %s', (viewer, published, expected) => {
    expect(match('AV1', viewer, published)).toBe(expected);
  });

  it.each([
    [['profile-id=2', 'profile-id=1'], 'profile-id=1', 2],
    [['profile-id=2'], '', 1],
    [['profile-id=1'], 'profile-id=2', undefined],
    [['level-id=93;tx-mode=MRST', 'tx-mode=SRST'], '', 2],
    [['tx-mode=MRST'], '', undefined],
  ])('H265: of %j for "%s" takes %s', (viewer, published, expected) => {
    expect(match('H265', viewer, published)).toBe(expected);
  });
});

describe('matchCodec for H264', () => {
  const format = (profileLevelId: string, mode = 1) => `packetization-mode=${mode};profile-level-id=${profileLevelId}`;
  const [baseline, constrained, main, high] = ['42001f', '42e01f', '4d001f', '64001f'];

  it.each([
    ['the same profile', [format(baseline), format(constrained), format(main)], format(constrained), 2],
    ['the same profile at another level', [format(baseline), format('42e028')], format('42c00d'), 2],
    ['the same profile written otherwise', [format(high), format('4d8028')], format(constrained), 2],
    ['the same mode', [format(constrained, 0), format(constrained, 1)], format(constrained, 1), 2],
    ['single NAL units as such', [format(constrained, 1), format(constrained, 0)], format(constrained, 0), 2],
    ['the nearest profile that includes it', [format(high), format(main)], format(constrained), 2],
    ['high for main', [format(baseline), format(high)], format(main), 2],
    ['high for constrained high', [format(constrained), format(high)], format('640c1f'), 2],
    ['constrained baseline for baseline', [format(high), format(constrained)], format(baseline), 2],
    ['any profile of the mode rather than the right one of another', [format(high, 0), format(main)], format(high), 2],
    ['the first where none is promised', [format(constrained), format(baseline)], format('f4001f'), 1],
    ['mode 1 for a stream of mode 0', [format(constrained, 1)], format(constrained, 0), 1],
    ['mode 0 in the end', [format(constrained, 0)], format(constrained, 1), 1],
    ['one without parameters', [''], format(constrained), 1],
    ['one with a malformed profile', ['packetization-mode=1;profile-level-id=zz'], format(constrained), 1],
  ])('takes %s', (_what, viewer, published, expected) => {
    expect(match('H264', viewer, published)).toBe(expected);
  });
});

describe('real clients', () => {
  const publishers = CLIENT_OFFERS.filter(({ role }) => role === 'publish');

  it.each(publishers.map(({ name, text }) => [name, text]))('%s reaches a Chromium viewer', (_name, text) => {
    const published = accepted(negotiatePublish(accepted(parseOffer(text))));
    const viewer = accepted(negotiatePlay(accepted(parseOffer(clientOffer('chromium-play-whip-whep')))));
    for (const { offered, codecs } of published.media) {
      const viewerCodecs = viewer.media.find((media) => media.offered.kind === offered.kind)?.codecs ?? [];
      for (const sent of codecs) expect(matchCodec(viewerCodecs, sent)?.name).toBe(sent.name);
    }
  });

  it('get what they are strict about', () => {
    const viewer = accepted(negotiatePlay(accepted(parseOffer(clientOffer('chromium-play-whip-whep')))));
    const [, video] = viewer.media;
    const payloadTypeFor = (name: CodecName, parameters: string) =>
      matchCodec(video?.codecs ?? [], codec(name, 1, parameters))?.payloadType;
    // FFmpeg, GStreamer and libdatachannel.
    expect(payloadTypeFor('H264', 'packetization-mode=1;profile-level-id=42001e')).toBe(102);
    expect(payloadTypeFor('H264', 'packetization-mode=1;profile-level-id=42c01e')).toBe(108);
    expect(payloadTypeFor('H264', 'packetization-mode=1;profile-level-id=42e01f')).toBe(108);
    expect(payloadTypeFor('VP9', 'profile-id=2')).toBe(100);
    expect(payloadTypeFor('AV1', 'profile=1')).toBe(47);
  });
});
