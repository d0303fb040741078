import type { FastifyRequest } from 'fastify';

/** Scheme and host of this server as the client calls it. */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}
