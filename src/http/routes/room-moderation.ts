/** What moderators do in a room. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Deed, Moderator } from '../../moderation/moderator.ts';
import type { Participant } from '../../moderation/participants.ts';
import type { SessionSummary } from '../../sfu/room-service.ts';
import { actorOf } from '../actor.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { reasonMember } from '../moderation-bodies.ts';
import { ParticipantListSchema, ReasonSchema, RoomLockSchema } from '../moderation-schemas.ts';
import type { ParticipantAnswer, RoomLock } from '../moderation-schemas.ts';
import { pathParameter, roomParameter } from '../path-parameters.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses, roomPathParameters } from '../route-schemas.ts';

const participantParameters = Type.Object({
  ...roomPathParameters.properties,
  participant: Type.String({ description: 'From GET /api/rooms/{room}/participants.' }),
});

/** Serves participants, lock and end of a room. */
export function addRoomModeration(app: FastifyInstance, options: HttpOptions): void {
  const moderator = new Moderator(options);
  addResource(app, {
    url: '/rooms/:room/participants',
    access: 'moderate',
    methods: { GET: list(options) },
  });
  addResource(app, {
    url: '/rooms/:room/participants/:participant',
    access: 'moderate',
    methods: { DELETE: removeParticipant(moderator) },
  });
  addResource(app, {
    url: '/rooms/:room/lock',
    access: 'moderate',
    methods: { GET: lockState(options), PUT: setLocked(moderator, true), DELETE: setLocked(moderator, false) },
  });
  addResource(app, {
    url: '/rooms/:room/close',
    access: 'moderate',
    methods: { POST: close(moderator) },
  });
}

function list({ participants, rooms }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'List who is in a room',
      tags: ['moderation'],
      params: roomPathParameters,
      response: { 200: ParticipantListSchema, ...problemResponses(400, 401, 403, 404, 429) },
    },
    async handler(request, reply) {
      const name = roomParameter(request);
      const { sessions } = await rooms.room(name);
      const list = participants.list(name).map((participant) => {
        return toParticipant(
          participant,
          sessions.find(({ sessionId }) => sessionId === participant.sessionId),
        );
      });
      return reply.header('Cache-Control', 'no-store').send(list);
    },
  };
}

function toParticipant(participant: Participant, session: SessionSummary | undefined): ParticipantAnswer {
  const { id, role, subject, name, address, userAgent } = participant;
  const who = { id, role, ...defined({ subject, name }), address, ...defined({ userAgent }) };
  if (session === undefined) return who;
  const { state, since, bitrate, packets, packetsLost, roundTripTime, jitter } = session;
  const figures = { bitrate, packets, packetsLost, ...defined({ roundTripTime, jitter }) };
  return { ...who, state, since: new Date(since).toISOString(), ...figures };
}

const reasonQuery = Type.Partial(ReasonSchema);

/** The reason stands in the query: a DELETE has no body. */
function deedOf(request: FastifyRequest): Deed {
  return { actor: actorOf(request), reason: reasonMember(request.query as Readonly<Record<string, unknown>>) };
}

function removeParticipant(moderator: Moderator): MethodHandler {
  return {
    schema: {
      summary: 'End the session of a viewer or of the publisher',
      description: 'They can come back; a ban keeps them out. The URL of their session answers 410 from then on.',
      tags: ['moderation'],
      params: participantParameters,
      querystring: reasonQuery,
      response: {
        204: { description: 'They are gone.', type: 'null' },
        ...problemResponses(400, 401, 403, 404, 429),
      },
    },
    async handler(request, reply) {
      await moderator.remove(roomParameter(request), pathParameter(request, 'participant'), deedOf(request));
      return reply.code(204).send();
    },
  };
}

function lockState({ moderation }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Tell whether a room is locked',
      tags: ['moderation'],
      params: roomPathParameters,
      response: { 200: RoomLockSchema, ...problemResponses(400, 401, 403, 429) },
    },
    handler(request, reply) {
      const answer: RoomLock = { locked: moderation.locks.has(roomParameter(request)) };
      return reply.header('Cache-Control', 'no-store').send(answer);
    },
  };
}

function setLocked(moderator: Moderator, isLocked: boolean): MethodHandler {
  return {
    schema: {
      summary: isLocked ? 'Let nobody new into a room but its moderators' : 'Let people into a room again',
      tags: ['moderation'],
      params: roomPathParameters,
      querystring: reasonQuery,
      response: { 204: { description: 'Done.', type: 'null' }, ...problemResponses(400, 401, 403, 429) },
    },
    handler(request, reply) {
      moderator.setLocked(roomParameter(request), isLocked, deedOf(request));
      return reply.code(204).send();
    },
  };
}

function close(moderator: Moderator): MethodHandler {
  return {
    schema: {
      summary: 'Close a room: its publisher, its viewers and those in its chat are sent away',
      tags: ['moderation'],
      params: roomPathParameters,
      querystring: reasonQuery,
      response: {
        204: { description: 'The room is closed.', type: 'null' },
        ...problemResponses(400, 401, 403, 404, 429),
      },
    },
    async handler(request, reply) {
      await moderator.close(roomParameter(request), deedOf(request));
      return reply.code(204).send();
    },
  };
}
