/** Addresses and networks (CIDR) of either version of IP. */
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Some proxies put the port into X-Forwarded-For. */
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;
const IPV6_WITH_PORT = /^\[([^\]]+)\]:\d{1,5}$/;

export interface Network {
  /** As RFC 4632 and RFC 4291 write it; an address alone has no length behind it. */
  readonly text: string;
  /** Bits of the address that are fixed, and how many it has: 32 or 128. */
  readonly prefix: number;
  readonly bits: number;
  includes(address: string): boolean;
}

/** An address or a network; undefined where the text is neither. IPv4 within IPv6 counts as IPv4. */
export function parseNetwork(text: string): Network | undefined {
  const [base, length, ...rest] = text.trim().split('/');
  const address = parseAddress(base ?? '');
  if (address === undefined || rest.length > 0) return undefined;
  const bits = address.kind() === 'ipv4' ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  // The length of a network of IPv4 within IPv6 counts the 96 bits before.
  const isMapped = bits === 32 && base?.includes(':') === true;
  const prefix = length === undefined ? bits : Number(length) - (isMapped ? 96 : 0);
  if (prefix > bits || prefix < 0) return undefined;
  const canonical = prefix === bits ? address.toString() : `${firstOf(address, prefix).toString()}/${prefix}`;
  return {
    text: canonical,
    prefix,
    bits,
    includes(other) {
      const parsed = parseAddress(other);
      return parsed !== undefined && parsed.kind() === address.kind() && parsed.match(address, prefix);
    },
  };
}

/** An address; undefined where the text is none, or missing. IPv4 within IPv6 counts as IPv4. */
export function parseAddress(text = ''): Address | undefined {
  const [, host = text] = IPV4_WITH_PORT.exec(text) ?? IPV6_WITH_PORT.exec(text) ?? [];
  // A zone (fe80::1%eth0) names a network card of this machine, not an address.
  const plain = host.split('%', 1)[0] ?? '';
  if (ipaddr.IPv4.isValidFourPartDecimal(plain) || ipaddr.IPv6.isValid(plain)) return ipaddr.process(plain);
  return undefined;
}

/** The address with all bits behind the prefix cleared. */
function firstOf(address: Address, prefix: number): Address {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - 8 * index));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes);
}
