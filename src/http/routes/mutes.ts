/** Who may read a room's chat, but not write. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ServiceError } from '../../errors.ts';
import type { Mute, MuteRequest } from '../../moderation/mutes.ts';
import { actorOf, nameOf } from '../actor.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { bodyObject, JSON_TYPE } from '../json-body.ts';
import { endMember, namingMember, reasonMember } from '../moderation-bodies.ts';
import { MuteListSchema, MuteRequestSchema, MuteSchema, ReasonSchema } from '../moderation-schemas.ts';
import type { MuteAnswer } from '../moderation-schemas.ts';
import { idParameter, roomParameter } from '../path-parameters.ts';
import { requireMediaType } from '../request-body.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses, roomPathParameters } from '../route-schemas.ts';

/** Serves the mutes of rooms. */
export function addMutes(app: FastifyInstance, options: HttpOptions): void {
  addResource(app, {
    url: '/rooms/:room/mutes',
    access: 'moderate',
    methods: { GET: list(options), POST: add(options) },
  });
  addResource(app, {
    url: '/rooms/:room/mutes/:mute',
    access: 'moderate',
    methods: { DELETE: remove(options) },
  });
}

function list({ moderation }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'List who may not write in the chat of a room',
      tags: ['moderation'],
      params: roomPathParameters,
      response: { 200: MuteListSchema, ...problemResponses(400, 401, 403, 429) },
    },
    handler(request, reply) {
      const mutes = moderation.mutes.list(roomParameter(request), Date.now());
      return reply.header('Cache-Control', 'no-store').send(mutes.map(toAnswer));
    },
  };
}

function add({ moderation, chat }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Let somebody read the chat of a room, but not write',
      tags: ['moderation'],
      params: roomPathParameters,
      body: { content: { [JSON_TYPE]: { schema: MuteRequestSchema } } },
      response: { 201: MuteSchema, ...problemResponses(400, 401, 403, 413, 415, 429) },
    },
    onRequest: requireMediaType(JSON_TYPE),
    handler(request, reply) {
      const mute = moderation.mutes.add(muteRequest(request, chat), Date.now());
      const { room, reason } = mute;
      const actor = actorOf(request);
      moderation.audit.add({ actor, action: 'mute.add', room, target: targetOf(mute), reason });
      return reply.code(201).header('Cache-Control', 'no-store').send(toAnswer(mute));
    },
  };
}

function remove({ moderation }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Let somebody write in the chat again',
      tags: ['moderation'],
      params: Type.Object({ ...roomPathParameters.properties, mute: Type.String({ description: 'Its id.' }) }),
      querystring: Type.Partial(ReasonSchema),
      response: { 204: { description: 'It is lifted.', type: 'null' }, ...problemResponses(400, 401, 403, 404, 429) },
    },
    handler(request, reply) {
      const room = roomParameter(request);
      const reason = reasonMember(request.query as Readonly<Record<string, unknown>>);
      const mute = moderation.mutes.get(idParameter(request, 'mute', 'no_such_mute'), Date.now());
      if (mute?.room !== room) throw new ServiceError('no_such_mute');
      moderation.mutes.remove(mute.id);
      moderation.audit.add({ actor: actorOf(request), action: 'mute.remove', room, target: targetOf(mute), reason });
      return reply.code(204).send();
    },
  };
}

function muteRequest(request: FastifyRequest, chat: HttpOptions['chat']): MuteRequest {
  const body = bodyObject(request);
  const { name, value } = namingMember(body, ['subject', 'participant']);
  const room = roomParameter(request);
  return {
    room,
    subject: name === 'subject' ? value : undefined,
    participant: name === 'participant' ? value : undefined,
    guestAddresses: name === 'participant' ? chat.guestAddresses(room, value) : [],
    reason: reasonMember(body) ?? '',
    createdBy: nameOf(actorOf(request)),
    endsAt: endMember(body, Date.now()),
  };
}

function targetOf({ subject, participant }: Mute): string {
  return subject ?? participant ?? '';
}

function toAnswer({
  id,
  subject,
  participant,
  guestAddresses,
  reason,
  createdBy,
  createdAt,
  endsAt,
}: Mute): MuteAnswer {
  return {
    id,
    ...defined({ subject, participant }),
    ...(guestAddresses.length === 0 ? {} : { guestAddresses: [...guestAddresses] }),
    reason,
    createdBy,
    createdAt: new Date(createdAt).toISOString(),
    ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt).toISOString() }),
  };
}
