/** What real clients offered, from text to text. */
import fc from 'fast-check';
import { parse } from 'sdp-transform';
import type { MediaDescription } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { negotiatePlay, negotiatePublish } from './negotiate.ts';
import { parseOffer } from './parse-offer.ts';
import { changedOffer } from './testing/changed-offer.ts';
import { accepted, CLIENT_OFFERS, localDescription } from './testing/offers.ts';
import type { Negotiation, Offer, SdpResult } from './types.ts';
import { writeAnswer } from './write-answer.ts';

function negotiate(offer: Offer, role: 'publish' | 'play'): SdpResult<Negotiation> {
  return role === 'publish' ? negotiatePublish(offer) : negotiatePlay(offer);
}

function answerText(negotiation: Negotiation): string {
  return writeAnswer(negotiation, localDescription(negotiation));
}

/** What RFC 3264 and RFC 9143 ask of a section of an answer. */
function violations(offered: MediaDescription, answered: MediaDescription, role: 'publish' | 'play'): string[] {
  const payloads = (media: MediaDescription) => String(media.payloads).split(' ');
  const extensions = (media: MediaDescription) => (media.ext ?? []).map(({ value, uri }) => `${value} ${uri}`);
  const feedback = (media: MediaDescription) =>
    (media.rtcpFb ?? []).map(({ payload, type, subtype }) => [payload, type, subtype].join(' '));
  const formats = (media: MediaDescription) =>
    media.rtp.map(({ payload, codec, rate, encoding }) => [payload, codec.toLowerCase(), rate, encoding].join(' '));
  const added = (read: (media: MediaDescription) => string[]) =>
    read(answered).filter((value) => !read(offered).includes(value));
  const rules: Record<string, boolean> = {
    kind: answered.type === offered.type,
    mid: answered.mid === offered.mid,
    protocol: answered.protocol === offered.protocol,
    'not rejected': answered.port !== 0,
    direction: answered.direction === (role === 'publish' ? 'recvonly' : 'sendonly'),
    'a payload type at least': payloads(answered)[0] !== '',
    'known payload types': added(payloads).length === 0,
    'the same formats': added(formats).length === 0,
    'an rtpmap for each': answered.rtp.length === payloads(answered).length,
    'known extensions': added(extensions).length === 0,
    'known feedback': added(feedback).length === 0 || feedback(offered).some((value) => value.startsWith('*')),
    'every layer': (answered.rids ?? []).length === (role === 'publish' ? (offered.rids ?? []).length : 0),
    'rtcp-mux': answered.rtcpMux !== undefined,
  };
  return Object.keys(rules).filter((rule) => rules[rule] === false);
}

describe.each(CLIENT_OFFERS.map(({ name, role, text }) => ({ name, role, text })))('$name', ({ role, text }) => {
  const offer = accepted(parseOffer(text));
  const negotiation = accepted(negotiate(offer, role));
  const offered = parse(text);
  const answered = parse(answerText(negotiation));

  it('is accepted in its role and refused in the other', () => {
    expect(negotiation.media).toHaveLength(offered.media.length);
    expect(negotiate(offer, role === 'publish' ? 'play' : 'publish')).toMatchObject({ reason: 'malformed' });
  });

  it('is answered section by section', () => {
    expect(answered.media).toHaveLength(offered.media.length);
    for (const [index, media] of offered.media.entries()) {
      const section = answered.media[index];
      expect(section && violations(media, section, role)).toEqual([]);
    }
    const bundle = (description: typeof offered) => description.groups?.find(({ type }) => type === 'BUNDLE')?.mids;
    expect(bundle(answered)).toBe(bundle(offered));
  });

  it('is answered by the other DTLS role', () => {
    const passive = (offered.media[0]?.setup ?? offered.setup) === 'passive';
    expect(answered.media.map(({ setup }) => setup)).toEqual(
      answered.media.map(() => (passive ? 'active' : 'passive')),
    );
  });

  it('has Opus for sound, and RTX for every kind of picture but where the client has none', () => {
    const [audio] = negotiation.media.filter((media) => media.offered.kind === 'audio');
    expect(audio?.codecs.map(({ name }) => name)).toEqual(['opus']);
    const [video] = negotiation.media.filter((media) => media.offered.kind === 'video');
    const offersRtx = new Set(
      (offered.media.find(({ type }) => type === 'video')?.fmtp ?? []).flatMap(
        ({ config }) => /apt=(\d+)/.exec(config)?.[1] ?? [],
      ),
    );
    for (const codec of video?.codecs ?? []) {
      expect(codec.rtxPayloadType !== undefined).toBe(offersRtx.has(String(codec.payloadType)));
    }
  });
});

describe('a changed offer', () => {
  it('is refused, or answered by the rules', () => {
    fc.assert(
      fc.property(changedOffer, fc.constantFrom('publish' as const, 'play' as const), (text, role) => {
        const offer = parseOffer(text);
        if (!offer.ok) return;
        const negotiation = negotiate(offer.value, role);
        if (!negotiation.ok) return;
        const answer = answerText(negotiation.value);
        if (answer.replaceAll('\r\n', '').match(/[\r\n]/)) throw new Error('A line break in a value');
        const { media } = parse(answer);
        if (media.length !== offer.value.media.length) throw new Error('Another number of sections');
        for (const { offered, codecs } of negotiation.value.media) {
          const section = media[offered.index];
          const listed = String(section?.payloads).split(' ').length;
          const wanted = codecs.flatMap(({ payloadType, rtxPayloadType, red }) =>
            [payloadType, rtxPayloadType, red?.payloadType].filter((type) => type !== undefined),
          );
          if (listed !== wanted.length || section?.port === 0) throw new Error(`Section ${offered.index} is wrong`);
          if (offered.hasMid && String(section?.mid) !== offered.mid) throw new Error('Another mid');
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
