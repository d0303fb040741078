import { endianness } from 'node:os';
import { ROUTE, ROUTE_BYTES, ROUTE_PROTOCOL } from '../native/addon.ts';
import { formatIpAddress, parseIpAddress } from '../protocol/stun/ip-address.ts';
import type { TransportAddress } from '../protocol/stun/transport-address.ts';

/** ::ffff:0:0/96, under which a route writes IPv4 (RFC 4291 2.5.5.2). */
const IPV4_PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
const IPV4_BYTES = 4;
/** The /64 of IPv6 that one line gets. */
const IPV6_NETWORK_BYTES = 8;
const LITTLE_ENDIAN = endianness() === 'LE';

/** The remote end of a route as the addon writes it (native/BATCH_LAYOUT.md). */
export function remoteAddress(route: Uint8Array): TransportAddress {
  const address = formatIpAddress(route.subarray(isIpv4(route) ? IPV4_PREFIX.length : 0, 16)) ?? '';
  return { address, port: ((route[ROUTE.remotePort] ?? 0) << 8) | (route[ROUTE.remotePort + 1] ?? 0) };
}

/** The route of a stream from this address; undefined where it is none. `stream` is 1 to 2^32 - 1. */
export function streamRoute(remote: TransportAddress, stream: number): Uint8Array | undefined {
  const address = parseIpAddress(remote.address);
  if (address === undefined) return undefined;
  const route = new Uint8Array(ROUTE_BYTES);
  if (address.length === IPV4_BYTES) route.set(IPV4_PREFIX);
  route.set(address, address.length === IPV4_BYTES ? IPV4_PREFIX.length : 0);
  const view = new DataView(route.buffer);
  view.setUint16(ROUTE.remotePort, remote.port);
  view.setUint8(ROUTE.protocol, ROUTE_PROTOCOL.stream);
  view.setUint32(ROUTE.stream, stream, LITTLE_ENDIAN);
  return route;
}

/** What counts as one remote address, as a key: of IPv6 its network of 64 bits. */
export function networkOf(route: Uint8Array): string {
  return Buffer.from(route.subarray(0, isIpv4(route) ? 16 : IPV6_NETWORK_BYTES)).toString('hex');
}

/** The stream of a route; undefined where the route is UDP. */
export function streamOf(route: Uint8Array): number | undefined {
  if (route[ROUTE.protocol] !== ROUTE_PROTOCOL.stream) return undefined;
  return new DataView(route.buffer, route.byteOffset, route.length).getUint32(ROUTE.stream, LITTLE_ENDIAN);
}

function isIpv4(route: Uint8Array): boolean {
  return IPV4_PREFIX.every((byte, index) => route[index] === byte);
}
