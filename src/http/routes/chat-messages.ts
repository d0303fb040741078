/** What was said in the chat of a room, to be read and to be removed. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ServiceError } from '../../errors.ts';
import { actorOf } from '../actor.ts';
import { identityOf } from '../authentication.ts';
import { ChatMessagesSchema, ChatPeopleSchema, RecordedChatSchema } from '../chat-schemas.ts';
import { clientAddress } from '../client-address.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { reasonMember } from '../moderation-bodies.ts';
import { ReasonSchema } from '../moderation-schemas.ts';
import { idParameter, pathParameter, roomParameter } from '../path-parameters.ts';
import { clientOf } from '../rate-limit.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses, recordingPathParameters, roomPathParameters } from '../route-schemas.ts';

/** Messages in one answer: where nothing is asked for, and at most. */
const USUAL_PAGE = 100;
const LARGEST_PAGE = 1000;

/** Serves what is below /rooms/:room/chat, and the chat of recordings. */
export function addChatMessages(app: FastifyInstance, options: HttpOptions): void {
  addResource(app, { url: '/rooms/:room/chat/messages', access: 'chat', methods: { GET: list(options) } });
  addResource(app, {
    url: '/rooms/:room/chat/messages/:message',
    access: 'moderate',
    methods: { DELETE: remove(options) },
  });
  addResource(app, { url: '/rooms/:room/chat/clear', access: 'moderate', methods: { POST: clear(options) } });
  addResource(app, { url: '/rooms/:room/chat/people', access: 'moderate', methods: { GET: people(options) } });
  addResource(app, { url: '/records/:id/chat', access: 'read-recordings', methods: { GET: recorded(options) } });
}

const limit = Type.Optional(
  Type.String({ description: `Messages, ${USUAL_PAGE} unless told, at most ${LARGEST_PAGE}.` }),
);
const since = Type.Optional(Type.String({ description: 'Only messages with greater ids, the oldest of them.' }));

function list({ chat }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Read what was said in the chat of a room, in the order of the ids',
      tags: ['chat'],
      params: roomPathParameters,
      querystring: Type.Object({
        before: Type.Optional(Type.String({ description: 'Only messages with lower ids, the newest of them.' })),
        since,
        limit,
      }),
      response: { 200: ChatMessagesSchema, ...problemResponses(400, 401, 403, 429) },
    },
    handler(request, reply) {
      const room = roomParameter(request);
      const most = pageOf(request);
      const before = numberOf(request, 'before');
      const after = numberOf(request, 'since');
      const isForward = after !== undefined && before === undefined;
      limitGuests(request, room, chat);
      // One more than is told shows whether there are more.
      const found = chat.messages(room, { before, since: after, limit: most + 1 });
      const messages = isForward ? found.slice(0, most) : found.slice(-most);
      return reply.header('Cache-Control', 'no-store').send({ messages, isComplete: found.length <= most });
    },
  };
}

function remove({ chat, moderation }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Delete a message',
      tags: ['chat'],
      params: Type.Object({
        ...roomPathParameters.properties,
        message: Type.String({ description: 'The id of the message.' }),
      }),
      querystring: Type.Partial(ReasonSchema),
      response: { 204: { description: 'It is deleted.', type: 'null' }, ...problemResponses(400, 401, 403, 404, 429) },
    },
    handler(request, reply) {
      const room = roomParameter(request);
      const reason = reasonOf(request);
      const { id, author } = chat.deleteMessage(room, idParameter(request, 'message', 'no_such_message'));
      const target = `message ${id} of ${author.name}`;
      moderation.audit.add({ actor: actorOf(request), action: 'chat.delete', room, target, reason });
      return reply.code(204).send();
    },
  };
}

function clear({ chat, moderation }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Remove all messages of a room',
      tags: ['chat'],
      params: roomPathParameters,
      querystring: Type.Partial(ReasonSchema),
      response: { 204: { description: 'They are gone.', type: 'null' }, ...problemResponses(400, 401, 403, 429) },
    },
    handler(request, reply) {
      const room = roomParameter(request);
      const reason = reasonOf(request);
      chat.clear(room);
      moderation.audit.add({ actor: actorOf(request), action: 'chat.clear', room, reason });
      return reply.code(204).send();
    },
  };
}

function people({ chat }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'List who is in the chat of a room',
      tags: ['chat'],
      params: roomPathParameters,
      response: { 200: ChatPeopleSchema, ...problemResponses(400, 401, 403, 429) },
    },
    handler(request, reply) {
      const there = chat.people(roomParameter(request)).map(({ author, subject, addresses, since: from, mute }) => {
        return { ...author, ...defined({ subject }), addresses, since: from, isMuted: mute !== undefined };
      });
      return reply.header('Cache-Control', 'no-store').send(there);
    },
  };
}

function recorded({ chat, recordings }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Read what was said in the chat while a recording was made',
      tags: ['recordings'],
      params: recordingPathParameters,
      querystring: Type.Object({ since, limit }),
      response: { 200: RecordedChatSchema, ...problemResponses(400, 401, 403, 404, 429) },
    },
    handler(request, reply) {
      const recording = recordings.get(pathParameter(request, 'id'));
      if (recording === undefined) throw new ServiceError('no_such_recording');
      const most = pageOf(request);
      const { room, startedAt, endedAt } = recording;
      const span = { from: startedAt, to: endedAt ?? Date.now() };
      const found = chat.within(room, span, numberOf(request, 'since') ?? 0, most + 1);
      const messages = found.slice(0, most).map((message) => {
        return { ...message, offset: (message.time - startedAt) / 1000 };
      });
      const isComplete = found.length <= most;
      return reply.header('Cache-Control', 'no-store').send({ startedAt, messages, isComplete });
    },
  };
}

/** Guests of one address share what they may ask for, here and over their connections to the chat. */
function limitGuests(request: FastifyRequest, room: string, chat: HttpOptions['chat']): void {
  if (identityOf(request).isKnown) return;
  const wait = chat.takeGuestHistory(room, clientOf(clientAddress(request)));
  if (wait === 0) return;
  const detail = 'Guests of your network ask for messages too fast together.';
  throw new ServiceError('rate_limited', { detail, retryAfterSeconds: wait });
}

function reasonOf(request: FastifyRequest): string | undefined {
  return reasonMember(request.query as Readonly<Record<string, unknown>>);
}

function pageOf(request: FastifyRequest): number {
  return Math.max(1, Math.min(LARGEST_PAGE, numberOf(request, 'limit') ?? USUAL_PAGE));
}

function numberOf(request: FastifyRequest, name: string): number | undefined {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw new ServiceError('malformed_request', { detail: `${name} is not 0 or a positive whole number.` });
}
