import { formatIpAddress } from '../protocol/stun/ip-address.ts';
import type { TransportAddress } from '../protocol/stun/transport-address.ts';

const PORT_OFFSET = 32;
/** ::ffff:0:0/96, under which a route writes IPv4 (RFC 4291 2.5.5.2). */
const IPV4_PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/** The remote end of a route as the addon writes it (native/BATCH_LAYOUT.md). */
export function remoteAddress(route: Uint8Array): TransportAddress {
  const isIpv4 = IPV4_PREFIX.every((byte, index) => route[index] === byte);
  const address = formatIpAddress(route.subarray(isIpv4 ? IPV4_PREFIX.length : 0, 16)) ?? '';
  return { address, port: ((route[PORT_OFFSET] ?? 0) << 8) | (route[PORT_OFFSET + 1] ?? 0) };
}
