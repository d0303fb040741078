/** Bans: in a room by its moderators, everywhere by admins. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ServiceError } from '../../errors.ts';
import type { Ban, BanRequest } from '../../moderation/bans.ts';
import { Moderator } from '../../moderation/moderator.ts';
import { actorOf, nameOf } from '../actor.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { bodyObject, JSON_TYPE } from '../json-body.ts';
import { bannedNetwork, endMember, flag, namingMember, reasonMember } from '../moderation-bodies.ts';
import {
  BanListSchema,
  BanPreviewSchema,
  BanRequestSchema,
  NewBanSchema,
  ReasonSchema,
} from '../moderation-schemas.ts';
import type { BanAnswer } from '../moderation-schemas.ts';
import { idParameter, roomParameter } from '../path-parameters.ts';
import { clientOf } from '../rate-limit.ts';
import { requireMediaType } from '../request-body.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler, Resource } from '../resource.ts';
import { problemResponses, roomPathParameters } from '../route-schemas.ts';

interface Place {
  url: string;
  access: Resource['access'];
  tags: string[];
  /** Undefined for bans everywhere. */
  roomOf: (request: FastifyRequest) => string | undefined;
  params?: typeof roomPathParameters;
  summary: { list: string; add: string; remove: string };
}

/** Serves the bans of rooms. */
export function addRoomBans(app: FastifyInstance, options: HttpOptions): void {
  addBans(app, options, {
    url: '/rooms/:room/bans',
    access: 'moderate',
    tags: ['moderation'],
    roomOf: roomParameter,
    params: roomPathParameters,
    summary: {
      list: 'List the bans of a room',
      add: 'Ban somebody from a room, and end their sessions there',
      remove: 'Lift a ban of a room',
    },
  });
}

/** Serves /bans below the admin API's prefix. */
export function addAdminBans(app: FastifyInstance, options: HttpOptions): void {
  addBans(app, options, {
    url: '/bans',
    access: 'administer',
    tags: ['operation'],
    roomOf: () => undefined,
    summary: {
      list: 'List all bans, those of rooms too',
      add: 'Ban somebody everywhere, and end their sessions',
      remove: 'Lift any ban',
    },
  });
}

function addBans(app: FastifyInstance, options: HttpOptions, place: Place): void {
  const { url, access, tags, params, summary, roomOf } = place;
  const moderator = new Moderator(options);
  addResource(app, {
    url,
    access,
    methods: {
      GET: {
        schema: {
          summary: summary.list,
          tags,
          ...defined({ params }),
          response: { 200: BanListSchema, ...problemResponses(400, 401, 403, 404, 429) },
        },
        handler(request, reply) {
          const list = options.moderation.bans.list(Date.now(), roomOf(request)).map(toAnswer);
          return reply.header('Cache-Control', 'no-store').send(list);
        },
      },
      POST: add(moderator, place, options),
    },
  });
  addResource(app, {
    url: `${url}/:ban`,
    access,
    methods: {
      DELETE: {
        schema: {
          summary: summary.remove,
          tags,
          params: Type.Object({ ...params?.properties, ban: Type.String({ description: 'Its id.' }) }),
          querystring: Type.Partial(ReasonSchema),
          response: {
            204: { description: 'It is lifted.', type: 'null' },
            ...problemResponses(400, 401, 403, 404, 429),
          },
        },
        handler(request, reply) {
          const reason = reasonMember(request.query as Readonly<Record<string, unknown>>);
          const id = idParameter(request, 'ban', 'no_such_ban');
          moderator.liftBan(id, roomOf(request), { actor: actorOf(request), reason });
          return reply.code(204).send();
        },
      },
    },
  });
}

function add(moderator: Moderator, { tags, params, summary, roomOf }: Place, options: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: summary.add,
      description: 'No ban keeps an admin out.',
      tags,
      ...defined({ params }),
      body: { content: { [JSON_TYPE]: { schema: BanRequestSchema } } },
      response: {
        200: BanPreviewSchema,
        201: NewBanSchema,
        ...problemResponses(400, 401, 403, 404, 413, 415, 429),
      },
    },
    onRequest: requireMediaType(JSON_TYPE),
    async handler(request, reply) {
      const body = bodyObject(request);
      const wanted = banRequest(request, roomOf(request), options);
      reply.header('Cache-Control', 'no-store');
      if (flag(body, 'preview') === true) return reply.send({ sessions: moderator.sessionsBehind(wanted) });
      const { ban, endedSessions } = await moderator.ban(wanted, actorOf(request));
      return reply.code(201).send({ ...toAnswer(ban), sessions: endedSessions });
    },
  };
}

function banRequest(request: FastifyRequest, room: string | undefined, { participants }: HttpOptions): BanRequest {
  const body = bodyObject(request);
  const { name, value } = namingMember(body, ['subject', 'address', 'participant']);
  const terms = {
    room,
    reason: reasonMember(body) ?? '',
    createdBy: nameOf(actorOf(request)),
    endsAt: endMember(body, Date.now()),
  };
  if (name === 'subject') return { ...terms, subject: value, network: undefined };
  if (name === 'address') return { ...terms, subject: undefined, network: bannedNetwork(value) };
  const participant = participants.list(room).find(({ id }) => id === value);
  if (participant === undefined) throw new ServiceError('no_such_participant');
  const { subject, address } = participant;
  // One line has a whole network of IPv6.
  return { ...terms, subject, network: subject === undefined ? bannedNetwork(clientOf(address)) : undefined };
}

function toAnswer({ id, room, subject, network, reason, createdBy, createdAt, endsAt }: Ban): BanAnswer {
  return {
    id,
    ...defined({ room, subject, address: network?.text }),
    reason,
    createdBy,
    createdAt: new Date(createdAt).toISOString(),
    ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt).toISOString() }),
  };
}
