import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpAddress, parseIpAddress } from './ip-address.ts';

const hex = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString('hex');

describe('parseIpAddress', () => {
  it.each([
    ['192.0.2.1', 'c0000201'],
    ['0.0.0.0', '00000000'],
    ['255.255.255.255', 'ffffffff'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['1::', '00010000000000000000000000000000'],
    ['2001:DB8::8:800:200c:417a', '20010db80000000000080800200c417a'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['2001:db8:1:2:3:4:5::', '20010db8000100020003000400050000'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ])('reads %s', (text, expected) => {
    expect(hex(parseIpAddress(text))).toBe(expected);
  });

  it('reads an IPv4-mapped address as IPv4', () => {
    expect(hex(parseIpAddress('::ffff:192.0.2.1'))).toBe('c0000201');
    expect(hex(parseIpAddress('::ffff:c000:201'))).toBe('c0000201');
  });

  it.each([
    ...['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.', ' 1.2.3.4', 'localhost', 'x.local'],
    ...[':', ':::', '1:2', '1:2:3:4:5:6:7:8:9', '1::2::3', '1:2:3:4:5:6:7:8::', '1:2:3:4::5:6:7:8', '12345::', 'g::'],
    ...['::1.2.3', '1.2.3.4::', '1.2.3.4::1', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', ':1:2:3:4:5:6:7'],
  ])('refuses "%s"', (text) => {
    expect(parseIpAddress(text)).toBeUndefined();
  });

  it('refuses or reads any text without an exception', () => {
    const nearby = fc.string({ unit: fc.constantFrom('0', '1', '25', 'f', 'ffff', ':', '::', '.', '%') });
    fc.assert(
      fc.property(fc.oneof(nearby, fc.string()), (text) => [undefined, 4, 16].includes(parseIpAddress(text)?.length)),
    );
  });
});

describe('formatIpAddress', () => {
  // RFC 5952 4
  it.each([
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['00000000000000000000000000000000', '::'],
    ['00010000000000000000000000000000', '1::'],
    ['00000000000000000000ffffc0000201', '192.0.2.1'],
  ])('writes %s as %s', (bytes, expected) => {
    expect(formatIpAddress(Buffer.from(bytes, 'hex'))).toBe(expected);
  });

  it('refuses other lengths', () => {
    expect(formatIpAddress(new Uint8Array(5))).toBeUndefined();
  });

  it('is undone by parsing', () => {
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.array(fc.constantFrom(0, 0, 1, 0xff), { minLength: 16, maxLength: 16 }).map((bytes) => Uint8Array.from(bytes)),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(fc.property(address, (bytes) => hex(parseIpAddress(formatIpAddress(bytes) ?? '')) === hex(bytes)));
  });
});
