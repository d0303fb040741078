/** Tokens that an operator hands out. */
import type { FastifyInstance } from 'fastify';
import { parseRole, ROLES } from '../../auth/actions.ts';
import { parseRoomScope } from '../../auth/room-scope.ts';
import { tokenLinks } from '../../auth/token-links.ts';
import type { TokenRequest } from '../../auth/token-minter.ts';
import { ServiceError } from '../../errors.ts';
import { parseRoomName } from '../../util/room-name.ts';
import { type MintedToken, MintedTokenSchema, TokenRequestSchema } from '../api-schemas.ts';
import { actorOf } from '../actor.ts';
import type { HttpOptions } from '../http-options.ts';
import { bodyObject, countMember, JSON_TYPE, textMember } from '../json-body.ts';
import { requireMediaType } from '../request-body.ts';
import { originOf } from '../request-origin.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

const DEFAULT_LIFETIME_SECONDS = 3600;
/** A token cannot be taken back: nobody should need one for longer than a year. */
const LONGEST_LIFETIME_SECONDS = 366 * 86_400;
const MOST_ROOMS = 100;
const LONGEST_TEXT = 64;

/** Serves /tokens below the admin API's prefix. */
export function addAdminTokens(app: FastifyInstance, { minter, moderation, log }: HttpOptions): void {
  addResource(app, {
    url: '/tokens',
    access: 'administer',
    methods: {
      POST: {
        schema: {
          summary: 'Make a token for a role in a room, with links that use it',
          description: 'It is signed with JWT_SECRET, and good until it expires.',
          tags: ['operation'],
          body: { content: { [JSON_TYPE]: { schema: TokenRequestSchema } } },
          response: { 201: MintedTokenSchema, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 429) },
        },
        onRequest: requireMediaType(JSON_TYPE),
        async handler(request, reply) {
          const wanted = tokenRequest(bodyObject(request));
          const { token, expiresAt } = await minter.mint(wanted, Date.now());
          const { role, rooms, subject } = wanted;
          log.info({ role, rooms, subject, expiresAt: new Date(expiresAt).toISOString() }, 'token made');
          moderation.audit.add({ actor: actorOf(request), action: 'token.mint', ...describe(wanted) });
          const room = rooms.length === 1 ? parseRoomName(rooms[0] ?? '') : undefined;
          const links = room === undefined ? {} : { links: tokenLinks(originOf(request), room, role, token) };
          const answer: MintedToken = { token, expiresAt: new Date(expiresAt).toISOString(), ...links };
          return reply.code(201).header('Cache-Control', 'no-store').send(answer);
        },
      },
    },
  });
}

function describe({ role, rooms, subject, lifetime }: TokenRequest): { room?: string; target: string } {
  const [room] = rooms;
  const target = `${role} of ${rooms.join(', ')}, ${subject ?? 'nobody in particular'}, ${lifetime / 1000} s`;
  return { ...(rooms.length === 1 && room !== undefined ? { room } : {}), target };
}

function tokenRequest(body: Readonly<Record<string, unknown>>): TokenRequest {
  const role = parseRole(body['role']);
  if (role === undefined) throw malformed(`role is none of ${ROLES.join(', ')}.`);
  const lifetime = countMember(body, 'lifetime') ?? DEFAULT_LIFETIME_SECONDS;
  if (lifetime > LONGEST_LIFETIME_SECONDS)
    throw malformed(`lifetime is more than ${LONGEST_LIFETIME_SECONDS} seconds.`);
  return {
    role,
    rooms: roomsOf(body['room']),
    lifetime: lifetime * 1000,
    subject: shortText(body, 'subject'),
    name: shortText(body, 'name'),
  };
}

function roomsOf(room: unknown): string[] {
  const rooms: unknown[] = Array.isArray(room) ? room : [room];
  if (rooms.length > MOST_ROOMS || parseRoomScope(rooms) === undefined) {
    throw malformed(`room is not the name of a room, a list of at most ${MOST_ROOMS} names, or a beginning with "*".`);
  }
  return rooms.filter((one) => typeof one === 'string');
}

function shortText(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const text = textMember(body, name);
  if (text !== undefined && (text === '' || text.length > LONGEST_TEXT)) {
    throw malformed(`${name} is empty or longer than ${LONGEST_TEXT} characters.`);
  }
  return text;
}

function malformed(detail: string): ServiceError {
  return new ServiceError('malformed_request', { detail });
}
