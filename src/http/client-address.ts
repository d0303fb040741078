/** Where requests come from. */
import type { FastifyRequest } from 'fastify';

/** How a socket for both versions of IP names an IPv4 address (RFC 4291 2.5.5.2). */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** The address of the client, behind a trusted proxy too; IPv4 as it is written everywhere else. */
export function clientAddress({ ip }: Pick<FastifyRequest, 'ip'>): string {
  return ip.replace(MAPPED, '');
}
