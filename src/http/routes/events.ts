/** What happens in rooms, as server-sent events: docs/events.md lists them. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { type Identity, may } from '../../auth/identity.ts';
import { ServiceError } from '../../errors.ts';
import { EVENTS } from '../../events/catalogue.ts';
import type { EventReader, EventView } from '../../events/event-reader.ts';
import { EVENT_TYPES, type EventType, matchEventTypes } from '../../util/event-types.ts';
import { identityOf } from '../authentication.ts';
import { clientAddress } from '../client-address.ts';
import type { HttpOptions } from '../http-options.ts';
import { roomQuery } from '../path-parameters.ts';
import { clientOf } from '../rate-limit.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

const EVENT_STREAM = 'text/event-stream';
// nginx would hold events back.
const STREAM_HEADERS = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };

const queryParameters = Type.Object({
  room: Type.Optional(Type.String({ description: 'Only the events of this room.' })),
  types: Type.Optional(
    Type.String({ description: `Only these, with commas between them: ${EVENT_TYPES.join(', ')}.` }),
  ),
});

const headerParameters = Type.Object({
  'last-event-id': Type.Optional(Type.String({ description: 'The last event that was read: those behind it follow.' })),
});

/** Serves /events below the API's prefix. */
export function addEvents(app: FastifyInstance, options: HttpOptions): void {
  app.addHook('preClose', (done) => {
    options.eventReaders.close();
    done();
  });
  addResource(app, {
    url: '/events',
    access: 'read-events',
    methods: {
      GET: {
        schema: {
          summary: 'Read what happens in the rooms that the token is good for',
          description: 'docs/events.md lists the events, and which rights show them.',
          tags: ['rooms'],
          querystring: queryParameters,
          headers: headerParameters,
          response: {
            200: {
              description: 'Server-sent events. "missed" comes first where events behind Last-Event-ID are gone.',
              content: { [EVENT_STREAM]: { schema: { type: 'string' } } },
            },
            ...problemResponses(400, 401, 403, 429, 503),
          },
        },
        handler: (request, reply) =>
          reply.code(200).type(EVENT_STREAM).headers(STREAM_HEADERS).send(openReader(request, options)),
      },
      HEAD: {
        schema: { hide: true },
        handler(request, reply) {
          wantedTypes(request);
          roomQuery(request);
          return reply.code(200).type(EVENT_STREAM).headers(STREAM_HEADERS).send();
        },
      },
    },
  });
}

function openReader(request: FastifyRequest, options: HttpOptions): EventReader {
  const identity = identityOf(request);
  const { subject, expiresAt, login } = identity;
  return options.eventReaders.open({
    person: {
      client: clientOf(clientAddress(request)),
      address: clientAddress(request),
      subject,
      isAdmin: may(identity, 'administer'),
      login,
      room: roomQuery(request),
      endsAt: expiresAt === undefined ? undefined : expiresAt + options.sessionGraceMs,
    },
    view: viewOf(request, options),
    lastId: lastEventId(request),
  });
}

/** What the request asks for, as far as its sender may see it. Settings of rooms and bans count as they are then. */
function viewOf(request: FastifyRequest, options: HttpOptions): EventView {
  const identity = identityOf(request);
  const types = wantedTypes(request);
  const asked = roomQuery(request);
  const isAdmin = may(identity, 'administer');
  const address = clientAddress(request);
  return ({ type, room }) => {
    if (!types.has(type) || (asked !== undefined && room !== asked)) return undefined;
    if (isAdmin) return 'full';
    if (room === null || !maySee(identity, type, room)) return undefined;
    if (asked === undefined && !isFound(identity, room, options)) return undefined;
    return options.moderation.bans.check({ room, subject: identity.subject, address }) === undefined
      ? 'public'
      : undefined;
  };
}

function maySee(identity: Identity, type: EventType, room: string): boolean {
  return may(identity, 'read-events', room) && may(identity, EVENTS[type].audience, room);
}

/** A room that is not listed is told only to those who keep order in it, and to those who know its name. */
function isFound(identity: Identity, room: string, { moderation }: HttpOptions): boolean {
  return moderation.roomSettings.of(room).listed || may(identity, 'moderate', room);
}

function wantedTypes(request: FastifyRequest): ReadonlySet<EventType> {
  const { types: asked = '*' } = request.query as { types?: string | string[] };
  const names = [asked].flat().join(',').split(',');
  return new Set(
    names.flatMap((name) => {
      const types = matchEventTypes(name.trim());
      if (types !== undefined) return types;
      throw new ServiceError('malformed_request', { detail: `The types of events are ${EVENT_TYPES.join(', ')}.` });
    }),
  );
}

/** Below every id where it is none of this server's: the reader is told that it has missed something. */
function lastEventId(request: FastifyRequest): number | undefined {
  const { 'last-event-id': id } = request.headers;
  if (id === undefined || id === '') return undefined;
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : -1;
}
