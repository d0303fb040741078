import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINK_LIFETIME, linkKeyOf, SignedLinks } from './signed-links.ts';

const NOW = 1_800_000_000_000;
const name = 'room/20260102T030405Z_a.webm';

describe('SignedLinks', () => {
  const links = new SignedLinks();

  it('open their file until they expire', () => {
    const link = links.sign(name, NOW);
    expect(link.expires).toBe(String(NOW / 1000 + LINK_LIFETIME));
    expect(links.check(name, link, NOW)).toBe('valid');
    expect(links.check(name, link, NOW + LINK_LIFETIME * 1000 - 1)).toBe('valid');
    expect(links.check(name, link, NOW + LINK_LIFETIME * 1000)).toBe('expired');
  });

  it('open nothing where anything is altered', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (path, expires, signature) => {
        const link = links.sign(name, NOW);
        if (path !== name) expect(links.check(path, link, NOW)).toBe('altered');
        if (expires !== link.expires) expect(links.check(name, { ...link, expires }, NOW)).toBe('altered');
        expect(links.check(name, { ...link, signature }, NOW)).toBe('altered');
      }),
    );
    // What separates the parts cannot be moved from one into the other.
    const { signature } = links.sign('b', NOW);
    expect(links.check('1\nb', { expires: '', signature }, NOW)).toBe('altered');
  });

  it('open with the key that signed them, and with no other', () => {
    const tokens = ['global', 'room', 'token'];
    const link = new SignedLinks(linkKeyOf(tokens)).sign(name, NOW);
    expect(new SignedLinks(linkKeyOf(tokens)).check(name, link, NOW)).toBe('valid');
    expect(new SignedLinks(linkKeyOf(['global', 'roomtoken', ''])).check(name, link, NOW)).toBe('altered');
    expect(new SignedLinks().check(name, link, NOW)).toBe('altered');
  });
});
