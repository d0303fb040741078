import { describe, expect, it } from 'vitest';
import { ROUTE, ROUTE_BYTES } from '../native/addon.ts';
import { networkOf, remoteAddress, streamOf, streamRoute } from './route-address.ts';

describe('the route of a stream', () => {
  it.each([
    ['192.0.2.7', 'IPv4'],
    ['2001:db8::7', 'IPv6'],
  ])('holds its remote end and its id: %s (%s)', (address) => {
    const route = streamRoute({ address, port: 54_321 }, 0x12345678) ?? new Uint8Array();
    expect(route).toHaveLength(ROUTE_BYTES);
    expect(remoteAddress(route)).toEqual({ address, port: 54_321 });
    expect(streamOf(route)).toBe(0x12345678);
  });

  it('is the same for IPv4 and for IPv4 mapped into IPv6', () => {
    const mapped = streamRoute({ address: '::ffff:192.0.2.7', port: 1 }, 2);
    expect(mapped).toEqual(streamRoute({ address: '192.0.2.7', port: 1 }, 2));
  });

  it('counts as one with those of the same address, or of the same network of IPv6', () => {
    const network = (address: string): string => networkOf(streamRoute({ address, port: 1 }, 2) ?? new Uint8Array());
    expect(network('192.0.2.7')).toBe(network('::ffff:192.0.2.7'));
    expect(network('192.0.2.7')).not.toBe(network('192.0.2.8'));
    expect(network('2001:db8:1:2::7')).toBe(network('2001:db8:1:2:ffff:ffff:ffff:ffff'));
    expect(network('2001:db8:1:2::7')).not.toBe(network('2001:db8:1:3::7'));
  });

  it('is not that of UDP, nor of a name', () => {
    const udp = new Uint8Array(ROUTE_BYTES);
    udp[ROUTE.stream] = 5;
    expect(streamOf(udp)).toBeUndefined();
    expect(streamRoute({ address: 'example', port: 1 }, 2)).toBeUndefined();
  });
});
