import { describe, expect, it } from 'vitest';
import { proxyList } from './address-types.ts';
import { printableText, stunUrl, turnUrl, urlList } from './url-types.ts';

describe('STUN_URLS and TURN_URLS', () => {
  it.each([
    'stun:stun.l.google.com:19302',
    'stuns:a',
    'stun:192.0.2.1:3478',
    'stun:[2001:db8::1]:3478',
    'stun:[2001:db8::1]',
  ])('take %s', (url) => expect(stunUrl.parse(url)).toBe(url));
  it.each(['turn:a', 'turns:a:5349', 'turn:a:3478?transport=udp', 'turns:a?transport=tcp'])('take %s', (url) =>
    expect(turnUrl.parse(url)).toBe(url),
  );
  it.each(['stun:', 'stun://a', 'turn:a', 'a:3478', 'stun:a b', 'stun:a>', 'stun:a:b', 'stun:a?transport=udp'])(
    'refuse %s as STUN',
    (url) => expect(stunUrl.parse(url)).toBeUndefined(),
  );
  it.each(['stun:a', 'turn:a?transport=sctp', 'turn:a?x=y', 'turn:u@a', 'turn:a,'])('refuse %s as TURN', (url) =>
    expect(turnUrl.parse(url)).toBeUndefined(),
  );
  it('are lists, or none', () => {
    expect(urlList(stunUrl).parse('stun:a, stun:b')).toEqual(['stun:a', 'stun:b']);
    expect(urlList(stunUrl).parse('none')).toEqual([]);
    expect(urlList(stunUrl).parse('none,stun:a')).toBeUndefined();
  });
});

describe('TURN_USERNAME', () => {
  it('is what a header can carry', () => {
    expect(printableText.parse('a "b" \\c')).toBe('a "b" \\c');
    for (const text of ['a\r\nb', 'é', '\t']) expect(printableText.parse(text)).toBeUndefined();
  });
});

describe('TRUST_PROXY', () => {
  it.each(['', '10.0.0.1', '10.0.0.0/8, fd00::/8', 'loopback,uniquelocal', '::1'])('takes %j', (text) =>
    expect(proxyList.parse(text)).toBeDefined(),
  );
  it.each(['1', 'true', '*', 'proxy.example', '10.0.0.0/33', '10/8', 'loopback/8'])('refuses %s', (text) =>
    expect(proxyList.parse(text)).toBeUndefined(),
  );
});
