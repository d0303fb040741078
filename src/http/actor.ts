/** Who does something, for the audit log. */
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../moderation/audit-log.ts';
import { identityOf } from './authentication.ts';
import { clientAddress } from './client-address.ts';

/** Who sends a request. */
export function actorOf(request: FastifyRequest): Actor {
  const { isKnown, subject, name, expiresAt } = identityOf(request);
  // Tokens of the settings last for as long as the settings.
  const token = !isKnown ? 'none' : expiresAt === undefined ? 'setting' : 'signed';
  return { token, subject, name, address: clientAddress(request) };
}

/** An actor in a word or two, to be shown to others. */
export function nameOf({ token, subject, name }: Actor): string {
  return name ?? subject ?? (token === 'setting' ? 'operator' : 'moderator');
}
