/** The addresses that clients are told to send media to. */
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';
import ipaddr from 'ipaddr.js';
import { canonicalAddress } from '../config/address-types.ts';
import type { AnnouncedAddresses } from '../config/address-types.ts';

/** What this machine's interfaces have. */
export type Interfaces = ReturnType<typeof networkInterfaces>;

/** How far an address reaches, and thereby its place in the answer. */
export type Reach = 'public' | 'private' | 'loopback';

/** Most preferred first: those of the setting, then those of this machine where they are wanted. No duplicates. */
export function addressesToAnnounce(
  wanted: Pick<AnnouncedAddresses, 'addresses' | 'addOwn'>,
  interfaces: Interfaces = networkInterfaces(),
): string[] {
  const own = wanted.addOwn ? ownAddresses(interfaces) : [];
  return [...new Set([...wanted.addresses, ...own])];
}

/**
 * This machine's addresses: public ones first, IPv4 before IPv6 (FFmpeg takes only the first candidate). Link-local
 * ones are left out, loopback stands alone where there is nothing else.
 */
export function ownAddresses(interfaces: Interfaces): string[] {
  const all = Object.values(interfaces).flatMap((list) => list ?? []);
  const outside = usable(all.filter(({ internal }) => !internal));
  return outside.length > 0 ? outside : usable(all);
}

/** How far an IP address reaches. */
export function reachOf(address: string): Reach {
  const range = ipaddr.parse(address).range();
  if (range === 'loopback') return 'loopback';
  const isPrivate = range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat';
  return isPrivate ? 'private' : 'public';
}

const PREFERENCE: readonly Reach[] = ['public', 'private', 'loopback'];

function usable(list: readonly NetworkInterfaceInfo[]): string[] {
  const addresses = list.flatMap(({ address }) => canonicalAddress(address) ?? []);
  return [...new Set(addresses)].sort((a, b) => rank(a) - rank(b));
}

function rank(address: string): number {
  return PREFERENCE.indexOf(reachOf(address)) * 2 + (address.includes(':') ? 1 : 0);
}
