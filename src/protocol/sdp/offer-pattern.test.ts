import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offerPattern } from './offer-pattern.ts';
import { CLIENT_OFFERS, PASSWORD, SHA256, smallOffer, UFRAG, withLine, withLines } from './testing/offers.ts';
import { changedOffer } from './testing/changed-offer.ts';

describe('the pattern of an offer', () => {
  it('gives the credentials, and is the same with others', () => {
    const pattern = offerPattern(smallOffer());
    expect(pattern).toMatchObject({ ufrag: UFRAG, password: PASSWORD, fingerprint: `sha-256 ${SHA256}` });
    const other = offerPattern(
      smallOffer((line) =>
        line
          .replace(/^o=.*/, 'o=- 2 3 IN IP4 192.0.2.1')
          .replace(/^c=.*/, 'c=IN IP6 2001:db8::1')
          .replace(/^m=(\w+) 9/, 'm=$1 40000')
          .replace(PASSWORD, 'ABCDEFGHIJKLMNOPQRSTUV')
          .replace(UFRAG, 'efgh')
          .replace(SHA256, SHA256.replaceAll('1', '2')),
      ),
    );
    expect(other).toEqual({
      text: pattern?.text,
      ufrag: 'efgh',
      password: 'ABCDEFGHIJKLMNOPQRSTUV',
      fingerprint: `sha-256 ${SHA256.replaceAll('1', '2')}`,
    });
  });

  it('does not depend on addresses and SSRCs', () => {
    const lines = [
      'a=candidate:1 1 udp 2130706431 192.0.2.1 40000 typ host',
      'a=candidate:2 1 udp 1130706431 2001:db8::1 40000 typ host',
      'a=ssrc-group:FID 1 2',
      'a=ssrc:1 cname:x',
      'a=ssrc:2 cname:x',
    ];
    expect(offerPattern(withLines('a=mid:1', ...lines))).toEqual(offerPattern(smallOffer()));
  });

  it.each([
    ['another credential in another section', withLines('a=mid:1', 'a=ice-ufrag:efgh')],
    ['two fingerprints', withLines('a=mid:1', `a=fingerprint:sha-1 ${SHA256}`)],
    ['no credential', withLine(`a=ice-pwd:${PASSWORD}`)],
    ['no first line', withLine('v=0')],
    ['a line that ends with CR alone', withLine('s=-', 's=-\ra=ice-ufrag:efgh')],
    ['CR at its end', `${smallOffer()}\r`],
    ['a long line that is left out', withLines('a=mid:1', `a=ssrc:1 cname:${'x'.repeat(1000)}`)],
    ['very many candidates', withLines('a=mid:1', ...new Array<string>(100).fill('a=candidate:1'))],
  ])('is not there with %s', (_name, offer) => {
    expect(offerPattern(offer)).toBeUndefined();
  });

  it.each(['m=audio 0 UDP', 'm=audio 09 UDP', 'm=audio 100000 UDP', 'm=audio  UDP', 'm=audio 9/2 UDP'])(
    'keeps %s, which is no port of any use',
    (start) => {
      const pattern = offerPattern(smallOffer((line) => line.replace('m=audio 9 UDP', start)));
      expect(pattern?.text).toContain(`\n${start}`);
    },
  );

  it('reads lines that end with LF alone, and a last line without an end', () => {
    const offer = smallOffer().replaceAll('\r\n', '\n');
    expect(offerPattern(offer.slice(0, -1))).toMatchObject({ ufrag: UFRAG, fingerprint: `sha-256 ${SHA256}` });
    const last = `${offer}a=candidate:1`;
    expect(offerPattern(last)?.text).toBe(offerPattern(offer)?.text);
    expect(offerPattern(`${offer}a=ice-ufrag:${UFRAG}`)).toMatchObject({ ufrag: UFRAG });
  });

  it.each(CLIENT_OFFERS.filter(({ name }) => !name.startsWith('aiortc')))('is there for $name', ({ text }) => {
    expect(offerPattern(text)).toBeDefined();
  });

  it('holds every line that is not listed as left out', () => {
    const taken = /^(?:o=|c=|a=rtcp:|a=ice-ufrag:|a=ice-pwd:|a=fingerprint:|a=candidate:|a=ssrc:|a=ssrc-group:)/;
    const port = /^m=(audio|video) [1-9]\d{0,4} /;
    const rest = (offer: string) =>
      offer
        .split(/\r?\n/)
        .filter((line) => line !== '' && !taken.test(line))
        .map((line) => line.replace(port, 'm=$1  '));
    fc.assert(
      fc.property(changedOffer, (offer) => {
        const pattern = offerPattern(offer);
        if (pattern !== undefined) expect(rest(pattern.text)).toEqual(rest(offer));
      }),
    );
  });
});
