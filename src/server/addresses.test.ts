import { describe, expect, it } from 'vitest';
import { addressesToAnnounce, ownAddresses, reachOf } from './addresses.ts';
import type { Interfaces } from './addresses.ts';

function interfaces(...addresses: readonly string[]): Interfaces {
  const list = addresses.map((address) => {
    const internal = address.startsWith('127.') || address === '::1';
    const shared = { address, netmask: '', mac: '', internal, cidr: null };
    return address.includes(':')
      ? { ...shared, family: 'IPv6' as const, scopeid: 0 }
      : { ...shared, family: 'IPv4' as const };
  });
  return { eth0: list, none: undefined };
}

describe('ownAddresses', () => {
  it('puts public before private and IPv4 before IPv6, and leaves loopback and link-local out', () => {
    const machine = interfaces(
      '127.0.0.1',
      '::1',
      'fe80::1',
      'fd00::1',
      '192.168.1.2',
      '2001:db8::1',
      '198.51.100.7',
      '169.254.3.4',
    );
    expect(ownAddresses(machine)).toEqual(['198.51.100.7', '2001:db8::1', '192.168.1.2', 'fd00::1']);
  });

  it('has loopback where there is nothing else', () => {
    expect(ownAddresses(interfaces('127.0.0.1', '::1', 'fe80::1'))).toEqual(['127.0.0.1', '::1']);
  });

  it('has no duplicates', () => {
    expect(ownAddresses(interfaces('192.168.1.2', '192.168.1.2'))).toEqual(['192.168.1.2']);
  });
});

describe('addressesToAnnounce', () => {
  const machine = interfaces('192.168.1.2', 'fd00::1');

  it('are the own ones where none are given', () => {
    expect(addressesToAnnounce({ addresses: [], addOwn: true }, machine)).toEqual(['192.168.1.2', 'fd00::1']);
  });

  it('are the given ones alone', () => {
    expect(addressesToAnnounce({ addresses: ['203.0.113.5'], addOwn: false }, machine)).toEqual(['203.0.113.5']);
  });

  it('are the given ones first, each once', () => {
    const wanted = { addresses: ['203.0.113.5', 'fd00::1'], addOwn: true };
    expect(addressesToAnnounce(wanted, machine)).toEqual(['203.0.113.5', 'fd00::1', '192.168.1.2']);
  });
});

describe('reachOf', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd00::1', 'private'],
    ['8.8.8.8', 'public'],
    ['2a00::1', 'public'],
  ])('%s is %s', (address, reach) => expect(reachOf(address)).toBe(reach));
});
