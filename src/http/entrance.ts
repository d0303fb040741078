/** Who gets in: bans, passwords and the rules of rooms, before a route sees the request. */
import type { FastifyRequest } from 'fastify';
import { actionsOf, type Action } from '../auth/actions.ts';
import { type AccessTarget, type Identity, judge, may } from '../auth/identity.ts';
import { ServiceError } from '../errors.ts';
import { describeTerms } from '../moderation/bans.ts';
import { refusalToJoin, rulesOf } from '../moderation/room-policy.ts';
import type { RoomRules, SessionRole } from '../sfu/room-service.ts';
import { clientAddress } from './client-address.ts';
import type { HttpOptions } from './http-options.ts';

/** What a room's password lets do. */
const PASSWORD_ACTIONS: ReadonlySet<Action> = new Set(
  [...actionsOf('viewer')].filter((action) => action !== 'list-rooms'),
);

/** The identity with what the room's password adds, where one of the tokens is that. */
export async function withPassword(
  identity: Identity,
  target: AccessTarget,
  tokens: readonly string[],
  { moderation }: HttpOptions,
): Promise<Identity> {
  if (target === 'anything' || target.room === undefined) return identity;
  const { room, action } = target;
  if (!PASSWORD_ACTIONS.has(action) || judge(identity, target) === 'granted') return identity;
  if (!(await moderation.passwords.open(room, tokens))) return identity;
  const rooms = { kind: 'some', names: new Set([room]), prefixes: [] } as const;
  return { ...identity, grants: [...identity.grants, { actions: PASSWORD_ACTIONS, rooms }] };
}

/** Throws `banned` for those who are, in the room or everywhere. No ban keeps an admin out. */
export function refuseBanned(
  identity: Identity,
  room: string | undefined,
  request: FastifyRequest,
  { moderation }: HttpOptions,
): void {
  const ban = moderation.bans.check({ room, subject: identity.subject, address: clientAddress(request) });
  if (ban !== undefined && !may(identity, 'administer'))
    throw new ServiceError('banned', { detail: describeTerms(ban) });
}

/** What the room's settings want of a session that may be opened; throws where they refuse it. */
export function admit(identity: Identity, role: SessionRole, room: string, { moderation }: HttpOptions): RoomRules {
  const { roomSettings, locks, joinRates } = moderation;
  const settings = roomSettings.of(room);
  const isAdmin = may(identity, 'administer');
  const applicant = { role, subject: identity.subject, isModerator: may(identity, 'moderate', room), isAdmin };
  const refusal = refusalToJoin(applicant, { settings, isLocked: locks.has(room) });
  if (refusal !== undefined) throw new ServiceError(refusal);
  if (role === 'play') {
    const wait = joinRates.take(room, settings.joinsPerMinute, performance.now());
    if (wait > 0) throw new ServiceError('too_many_joins', { retryAfterSeconds: wait / 1000 });
  }
  return rulesOf(settings);
}
