/** The types of the settings' values that are addresses and URLs. */
import ipaddr from 'ipaddr.js';
import type { ValueType } from './setting.ts';
import { splitList } from './value-types.ts';

/** Where a server listens. */
export interface ListenAddress {
  /** Address or name to bind; empty for all addresses of both families. */
  host: string;
  port: number;
}

/** A TCP port with or without an address: ':8080', '127.0.0.1:8080', '[::1]:8080'. */
export const listenAddress: ValueType<ListenAddress> = {
  allowed: 'a port with or without an address, such as :8080, 127.0.0.1:8080 or [::1]:8080',
  parse(text) {
    const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
    if (match?.[3] === undefined) return undefined;
    const port = Number(match[3]);
    if (port > 65_535) return undefined;
    if (match[1] !== undefined) return ipaddr.IPv6.isValid(match[1]) ? { host: match[1], port } : undefined;
    const host = match[2] ?? '';
    return isHostOrNothing(host) ? { host, port } : undefined;
  },
};

function isHostOrNothing(host: string): boolean {
  if (host === '') return true;
  if (/^[\d.]+$/.test(host)) return ipaddr.IPv4.isValidFourPartDecimal(host);
  return /^[A-Za-z\d](?:[A-Za-z\d.-]*[A-Za-z\d])?$/.test(host);
}

/** The addresses to announce to clients. */
export interface AnnouncedAddresses {
  /** In the order given, in canonical form, without duplicates. */
  addresses: readonly string[];
  /** Whether the machine's own addresses are announced after these. */
  addOwn: boolean;
  /** Whether the address that a STUN server sees stands before all others. */
  askStun: boolean;
}

/** A list of addresses that replaces the machine's own, or stands before them where it begins with '+'; or 'auto'. */
export const announcedAddresses: ValueType<AnnouncedAddresses> = {
  allowed:
    'a comma-separated list of IPv4 and IPv6 addresses (no names), with a "+" before the list to announce the own ' +
    'addresses of this machine as well; or auto',
  parse(text) {
    if (text === 'auto') return { addresses: [], addOwn: true, askStun: true };
    const addOwn = text.startsWith('+');
    const addresses: string[] = [];
    for (const part of splitList(addOwn ? text.slice(1) : text)) {
      const address = canonicalAddress(part);
      if (address === undefined) return undefined;
      if (!addresses.includes(address)) addresses.push(address);
    }
    return { addresses, addOwn: addOwn || addresses.length === 0, askStun: false };
  },
};

/**
 * An IP address in its shortest usual form, IPv4 where it is mapped into IPv6; undefined for anything else, also for
 * addresses that stand for no single machine (unspecified, multicast, broadcast) or hold only on one link.
 */
export function canonicalAddress(text: string): string | undefined {
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(text) || (text.includes(':') && ipaddr.IPv6.isValid(text));
  if (!isAddress || text.includes('%')) return undefined;
  const address = ipaddr.process(text);
  const range = address.range();
  const useless = range === 'unspecified' || range === 'multicast' || range === 'broadcast' || range === 'linkLocal';
  return useless ? undefined : address.toString();
}

/** '*' for every origin, or the origins that browsers may call from. */
export const allowedOrigins: ValueType<'*' | readonly string[]> = {
  allowed: '* for every origin, or a comma-separated list of origins such as https://example.org',
  parse(text) {
    if (text === '*') return '*';
    const origins: string[] = [];
    for (const part of splitList(text)) {
      const origin = parseOrigin(part);
      if (origin === undefined) return undefined;
      origins.push(origin);
    }
    return origins.length > 0 ? origins : undefined;
  },
};

function parseOrigin(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).origin;
}

const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** Addresses and networks of proxies. */
export const proxyList: ValueType<readonly string[]> = {
  allowed:
    'a comma-separated list of addresses and networks, such as 10.0.0.0/8 or ::1, and of the words loopback, ' +
    'linklocal and uniquelocal',
  parse(text) {
    const proxies = splitList(text);
    return proxies.every(isProxy) ? proxies : undefined;
  },
};

function isProxy(text: string): boolean {
  if (PROXY_NAMES.includes(text) || canonicalAddress(text) !== undefined) return true;
  const isNetwork = text.includes('/') && ipaddr.isValidCIDR(text);
  return isNetwork && (text.includes(':') || ipaddr.IPv4.isValidCIDRFourPartDecimal(text));
}
