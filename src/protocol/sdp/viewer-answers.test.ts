import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedOffer } from './testing/changed-offer.ts';
import { accepted, clientOffer, CLIENT_OFFERS, localDescription, smallOffer, withLines } from './testing/offers.ts';
import type { SdpResult } from './types.ts';
import { type ViewerAnswer, ViewerAnswers, type ViewerAnswersOptions } from './viewer-answers.ts';

const SERVER = {
  fingerprint: Uint8Array.from({ length: 32 }, (_, index) => index),
  candidates: [{ address: '203.0.113.1', port: 8189, protocol: 'udp' as const }],
};

const create = (options?: ViewerAnswersOptions) => new ViewerAnswers(SERVER, options);
const alone = (offer: string) => create().answer(offer);

/** Negotiation and answer, or the refusal. */
function outcome(result: SdpResult<ViewerAnswer>): unknown {
  if (!result.ok) return result;
  const { negotiation, template } = result.value;
  return { negotiation, answer: template.fill(localDescription(negotiation)) };
}

function toPlay(offer: string): string {
  return offer.replaceAll(/a=sendonly|a=sendrecv/g, 'a=recvonly');
}

/** The same offer of somebody else. */
function ofAnother(offer: string): string {
  let ssrc = 0;
  return offer
    .replaceAll(/^o=.*?(?=\r?$)/gm, 'o=- 77 1 IN IP4 192.0.2.77')
    .replaceAll(/^a=ice-ufrag:.*?(?=\r?$)/gm, 'a=ice-ufrag:other')
    .replaceAll(/^a=ice-pwd:.*?(?=\r?$)/gm, 'a=ice-pwd:otherotherotherotherother')
    .replaceAll(/^a=fingerprint:.*?(?=\r?$)/gm, `a=fingerprint:sha-256 ${new Array<string>(32).fill('7F').join(':')}`)
    .replaceAll(/^a=ssrc:\d+/gm, () => `a=ssrc:${++ssrc}`);
}

const viewerOffers = CLIENT_OFFERS.map(({ name, text }) => ({ name, text: toPlay(text) }));
const small = toPlay(smallOffer());

describe('answers to viewers', () => {
  it.each(viewerOffers)('are the same from what is kept as without it: $name', ({ text }) => {
    const answers = create();
    expect(outcome(answers.answer(text))).toEqual(outcome(alone(text)));
    const other = ofAnother(text);
    expect(outcome(answers.answer(other))).toEqual(outcome(alone(other)));
    // Only what was refused, or never is one pattern, is not kept.
    expect(answers.size).toBe(alone(text).ok ? 1 : 0);
  });

  it('share what their offers have in common', () => {
    const answers = create();
    const text = clientOffer('chromium-play-whip-whep');
    const first = accepted(answers.answer(text));
    const second = accepted(answers.answer(ofAnother(text)));
    expect(second.negotiation.media).toBe(first.negotiation.media);
    expect(second.template).toBe(first.template);
    expect(second.negotiation.offer.ice.ufrag).toBe('other');
  });

  it('are found for Firefox, which names SSRCs in every offer', () => {
    const answers = create();
    answers.answer(clientOffer('firefox-play'));
    answers.answer(ofAnother(clientOffer('firefox-play')));
    expect(answers.size).toBe(1);
  });

  it('are the same from what is kept for offers like no client’s', () => {
    const answers = create();
    for (const { text } of viewerOffers) answers.answer(text);
    fc.assert(
      fc.property(changedOffer, (text) => {
        const offer = toPlay(text);
        expect(outcome(answers.answer(offer))).toEqual(outcome(alone(offer)));
        expect(outcome(answers.answer(ofAnother(offer)))).toEqual(outcome(alone(ofAnother(offer))));
      }),
    );
  });

  it('take no other offer for one that is kept', () => {
    const lines = clientOffer('chromium-play-whip-whep').split('\r\n');
    const unread = /^(?:o=|c=|a=rtcp:|a=candidate:|a=ssrc|a=ice-|a=fingerprint|v=|$)/;
    const read = lines.flatMap((line, index) => (unread.test(line) ? [] : [index]));
    fc.assert(
      fc.property(fc.constantFrom(...read), fc.nat(), fc.string({ minLength: 1, maxLength: 3 }), (at, where, added) => {
        const line = lines[at] ?? '';
        const position = where % (line.length + 1);
        const changed = lines.with(at, line.slice(0, position) + added + line.slice(position)).join('\r\n');
        const answers = create();
        const kept = accepted(answers.answer(lines.join('\r\n')));
        const result = answers.answer(changed);
        // A change of a port alone is none.
        if (/^m=\w+ \d+/.test(line) && /^\d+$/.test(added)) return;
        if (result.ok) expect(result.value.template).not.toBe(kept.template);
        expect(outcome(result)).toEqual(outcome(alone(changed)));
      }),
    );
  });

  it.each([
    ['a malformed password', small.replaceAll(/a=ice-pwd:.*/g, 'a=ice-pwd:short')],
    ['a malformed fingerprint', small.replaceAll(/a=fingerprint:.*/g, 'a=fingerprint:sha-256 00')],
    ['a hash of no known function', small.replaceAll(/a=fingerprint:.*/g, 'a=fingerprint:md2 00:11')],
    ['no m-section', small.slice(0, small.indexOf('m='))],
  ])('refuse %s as ever', (_name, offer) => {
    const answers = create();
    answers.answer(small);
    expect(outcome(answers.answer(offer))).toEqual(outcome(alone(offer)));
    expect(answers.answer(offer).ok).toBe(false);
    expect(answers.size).toBe(1);
  });
});

describe('what is kept', () => {
  const numbered = (index: number) => toPlay(withLines('a=mid:1', `a=x-number:${index}`));
  const isKept = (answers: ViewerAnswers, index: number) => {
    const before = accepted(answers.answer(numbered(index))).template;
    return accepted(answers.answer(numbered(index))).template === before;
  };

  it('has a bound, and loses first what was used longest ago', () => {
    const answers = create({ maxEntries: 3 });
    const [first, second] = [0, 1, 2].map((index) => accepted(answers.answer(numbered(index))).template);
    expect(accepted(answers.answer(numbered(0))).template).toBe(first);
    answers.answer(numbered(3));
    expect(answers.size).toBe(3);
    expect(accepted(answers.answer(numbered(0))).template).toBe(first);
    expect(accepted(answers.answer(numbered(1))).template).not.toBe(second);
  });

  it('has a bound in characters', () => {
    const answers = create({ maxCharacters: 3 * small.length });
    for (let index = 0; index < 20; index++) answers.answer(numbered(index));
    expect(answers.size).toBeGreaterThan(1);
    expect(answers.size).toBeLessThan(6);
    expect(isKept(answers, 19)).toBe(true);
    expect(isKept(create({ maxCharacters: 100 }), 0)).toBe(false);
  });

  it('are no offers of very many lines', () => {
    const answers = create();
    answers.answer(toPlay(withLines('a=mid:1', ...new Array<string>(1000).fill('a=x'))));
    expect(answers.size).toBe(0);
  });
});
