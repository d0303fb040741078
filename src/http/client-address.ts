/** Where requests come from. */
import type { FastifyRequest } from 'fastify';

/** How a socket for both versions of IP names an IPv4 address (RFC 4291 2.5.5.2). */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

const addresses = new WeakMap<object, string>();

/** Keeps the address of a request's client: its socket forgets it when the client leaves before it is answered. */
export function keepClientAddress(request: Pick<FastifyRequest, 'ip'>): void {
  addresses.set(request, addressOf(request));
}

/**
 * The address of the client, behind a trusted proxy too; IPv4 as it is written everywhere else. Empty where the client
 * was gone before the server saw its request.
 */
export function clientAddress(request: Pick<FastifyRequest, 'ip'>): string {
  return addresses.get(request) ?? addressOf(request);
}

/** Fastify's type does not say that it can be missing. */
function addressOf({ ip }: { ip: string | undefined }): string {
  return ip?.replace(MAPPED, '') ?? '';
}
