import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress, parseNetwork } from './network.ts';

/** An address of IPv4 or IPv6. */
const address = fc.oneof(fc.ipV4(), fc.ipV6());

describe('parseNetwork', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    [' 192.0.2.77/24 ', '192.0.2.0/24'],
    ['192.0.2.255/31', '192.0.2.254/31'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
    ['2001:db8:ffff::/35', '2001:db8:e000::/35'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1/128', '192.0.2.1'],
    ['::ffff:192.0.2.1/120', '192.0.2.0/24'],
    ['192.0.2.1:443', '192.0.2.1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('reads %s', (text, canonical) => {
    expect(parseNetwork(text)?.text).toBe(canonical);
  });

  it.each([
    '',
    'x',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1/33',
    '192.0.2.1/',
    '192.0.2.1/-1',
    '192.0.2.1/24/24',
    '0x7f.1',
    '::ffff:192.0.2.1/24',
    '[2001:db8::1]',
    '192.0.2.1:x',
  ])('refuses %j', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  it('refuses a prefix that is longer than the address, and other text, without an exception', () => {
    expect(parseNetwork('2001:db8::/129')).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => void parseNetwork(text)));
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(address, fc.integer({ min: 0, max: 32 }), (text, prefix) => {
        const isWithinIpv6 = text.includes(':') && parseAddress(text)?.kind() === 'ipv4';
        const network = parseNetwork(`${text}/${isWithinIpv6 ? prefix + 96 : prefix}`);
        expect(parseNetwork(network?.text ?? '')?.text).toBe(network?.text);
        expect(network?.includes(text)).toBe(true);
      }),
      { examples: [['::0.0.0.0', 0]] },
    );
  });

  it('has the addresses that begin alike, however they are written, and no others', () => {
    const network = parseNetwork('192.0.2.0/25');
    const found = ['192.0.2.0', '192.0.2.127', '::ffff:192.0.2.5', '192.0.2.128', '192.0.3.1', '::1', 'x', ''];
    expect(found.map((one) => network?.includes(one))).toEqual([true, true, true, false, false, false, false, false]);
    const line = parseNetwork('2001:db8:1:2::/64');
    const lines = ['2001:db8:1:2::1', '2001:DB8:1:2:f::', '2001:db8:1:3::1', '192.0.2.1'];
    expect(lines.map((one) => line?.includes(one))).toEqual([true, true, false, false]);
  });
});
