import { describe, expect, it } from 'vitest';
import { proxyMatcher } from './trusted-proxies.ts';

describe('proxyMatcher', () => {
  it.each([
    [[], '127.0.0.1', false],
    [['loopback'], '127.0.0.1', true],
    [['loopback'], '::ffff:127.3.2.1', true],
    [['loopback'], '::1', true],
    [['loopback'], '10.0.0.1', false],
    [['linklocal'], 'fe80::1%eth0', true],
    [['uniquelocal'], '172.31.0.1', true],
    [['uniquelocal'], '172.32.0.1', false],
    [['192.0.2.0/24', '2001:db8::1'], '192.0.2.9', true],
    [['192.0.2.0/24', '2001:db8::1'], '2001:db8::1', true],
    [['192.0.2.0/24', '2001:db8::1'], '2001:db8::2', false],
  ])('of %j: %s is one: %s', (proxies, address, isOne) => expect(proxyMatcher(proxies)(address)).toBe(isOne));
});
