/** The settings of rooms, for operators. */
import type { FastifyInstance } from 'fastify';
import type { StoredRoom } from '../../moderation/room-settings.ts';
import { actorOf } from '../actor.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { bodyObject, JSON_TYPE } from '../json-body.ts';
import { roomSettingsBody } from '../moderation-bodies.ts';
import { RoomSettingsListSchema, RoomSettingsRequestSchema, RoomSettingsSchema } from '../moderation-schemas.ts';
import type { RoomSettingsAnswer } from '../moderation-schemas.ts';
import { roomParameter } from '../path-parameters.ts';
import { requireMediaType } from '../request-body.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses, roomPathParameters } from '../route-schemas.ts';

/** A description, 500 words and 1000 subjects. */
const BODY_LIMIT = 400_000;

/** Serves /rooms below the admin API's prefix. */
export function addAdminRooms(app: FastifyInstance, options: HttpOptions): void {
  addResource(app, {
    url: '/rooms',
    access: 'administer',
    methods: { GET: list(options) },
  });
  addResource(app, {
    url: '/rooms/:room',
    access: 'administer',
    methods: { GET: show(options), PUT: replace(options), DELETE: remove(options) },
  });
}

function list(options: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'List the rooms that are open or set up, with their settings',
      tags: ['operation'],
      response: { 200: RoomSettingsListSchema, ...problemResponses(401, 403, 404, 429) },
    },
    async handler(_request, reply) {
      const open = new Set((await options.rooms.rooms()).map(({ name }) => name));
      const names = new Set([...open, ...options.moderation.roomSettings.list().map(({ room }) => room)]);
      const rooms = [...names].sort().map((room) => answerOf(room, open.has(room), options));
      return reply.header('Cache-Control', 'no-store').send(rooms);
    },
  };
}

function show(options: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Show the settings of a room; those that hold where nobody has set it up',
      tags: ['operation'],
      params: roomPathParameters,
      response: { 200: RoomSettingsSchema, ...problemResponses(400, 401, 403, 404, 429) },
    },
    async handler(request, reply) {
      const room = roomParameter(request);
      return reply.header('Cache-Control', 'no-store').send(answerOf(room, await isOpen(room, options), options));
    },
  };
}

function replace(options: HttpOptions): MethodHandler {
  const { roomSettings, audit } = options.moderation;
  return {
    schema: {
      summary: 'Replace the settings of a room, for good',
      description: 'Who is there stays; the settings hold for those who come.',
      tags: ['operation'],
      params: roomPathParameters,
      body: { content: { [JSON_TYPE]: { schema: RoomSettingsRequestSchema } } },
      response: { 200: RoomSettingsSchema, ...problemResponses(400, 401, 403, 404, 413, 415, 429) },
    },
    onRequest: requireMediaType(JSON_TYPE),
    bodyLimit: BODY_LIMIT,
    async handler(request, reply) {
      const room = roomParameter(request);
      const settings = await roomSettingsBody(bodyObject(request), roomSettings.of(room));
      roomSettings.set(room, settings, Date.now());
      const changed = Object.keys(bodyObject(request)).join(', ');
      audit.add({ actor: actorOf(request), action: 'room.settings', room, target: changed });
      return reply.header('Cache-Control', 'no-store').send(answerOf(room, await isOpen(room, options), options));
    },
  };
}

function remove({ moderation }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Forget the settings of a room: it is one like all others again',
      tags: ['operation'],
      params: roomPathParameters,
      response: { 204: { description: 'There are none.', type: 'null' }, ...problemResponses(400, 401, 403, 404, 429) },
    },
    handler(request, reply) {
      const room = roomParameter(request);
      if (moderation.roomSettings.remove(room)) {
        moderation.audit.add({ actor: actorOf(request), action: 'room.settings.delete', room });
      }
      return reply.code(204).send();
    },
  };
}

async function isOpen(room: string, { rooms }: HttpOptions): Promise<boolean> {
  return (await rooms.rooms()).some(({ name }) => name === room);
}

function answerOf(room: string, open: boolean, { moderation }: HttpOptions): RoomSettingsAnswer {
  const { roomSettings, locks } = moderation;
  const { passwordHash, publishers, blockedWords, ...plain } = roomSettings.of(room);
  return {
    room,
    ...plain,
    publishers: publishers === undefined ? null : [...publishers],
    blockedWords: [...blockedWords],
    hasPassword: passwordHash !== undefined,
    locked: locks.has(room),
    open,
    ...defined({ updatedAt: timeOf(roomSettings.get(room)) }),
  };
}

function timeOf(stored: StoredRoom | undefined): string | undefined {
  return stored && new Date(stored.updatedAt).toISOString();
}
