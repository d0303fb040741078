/** Server-sent events of a viewer's session: a WHEP extension (draft-ietf-wish-whep 4.9). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from '../../errors.ts';
import { EventNamesSchema } from '../api-schemas.ts';
import { EVENT_NAMES } from '../event-stream.ts';
import type { EventName } from '../event-stream.ts';
import { EventStreams } from '../event-streams.ts';
import type { HttpOptions } from '../http-options.ts';
import { bodyJson, JSON_TYPE } from '../json-body.ts';
import { pathParameter } from '../path-parameters.ts';
import { requireMediaType } from '../request-body.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { eventStreamPathParameters, problemResponses, sessionPathParameters } from '../route-schemas.ts';
import { findSession, sessionPath } from './sessions.ts';

const EVENT_STREAM = 'text/event-stream';
// nginx would hold events back.
const STREAM_HEADERS = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };

/** The Link header that offers it. */
export function eventsLink(sessionId: string): string {
  const relation = 'urn:ietf:params:whep:ext:core:server-sent-events';
  return `<${eventsPath(sessionId)}>; rel="${relation}"; events="${EVENT_NAMES.join(',')}"`;
}

/** Serves the resource that makes streams, and the streams. */
export function addSessionEvents(app: FastifyInstance, options: HttpOptions): void {
  const streams = new EventStreams(options.rooms);
  app.addHook('preClose', (done) => {
    streams.close();
    done();
  });
  addResource(app, {
    url: '/whep/session/:session/sse',
    access: 'session',
    methods: { POST: openStream(options, streams) },
    optionsHeaders: { 'Accept-Post': JSON_TYPE },
  });
  addResource(app, {
    url: '/whep/session/:session/sse/:stream',
    access: 'session',
    methods: {
      GET: readStream(options, streams),
      HEAD: probeStream(options, streams),
      DELETE: removeStream(options, streams),
    },
  });
}

function eventsPath(sessionId: string): string {
  return `${sessionPath('play', sessionId)}/sse`;
}

function openStream(options: HttpOptions, streams: EventStreams): MethodHandler {
  const checkMediaType = requireMediaType(JSON_TYPE);
  return {
    schema: {
      summary: 'Ask for a stream of events about what is played',
      tags: ['sessions'],
      body: { content: { [JSON_TYPE]: { schema: EventNamesSchema } } },
      params: sessionPathParameters,
      response: {
        201: { description: 'Location is the stream.', type: 'null' },
        ...problemResponses(400, 401, 403, 404, 409, 410, 413, 415, 429, 503),
      },
    },
    onRequest(request, reply, done) {
      findSession(request, 'play', options);
      checkMediaType.call(this, request, reply, done);
    },
    async handler(request, reply) {
      const { id } = findSession(request, 'play', options);
      const stream = await streams.open(id, eventNames(bodyJson(request)));
      return reply
        .code(201)
        .headers({ Location: `${eventsPath(id)}/${stream}`, 'Cache-Control': 'no-store' })
        .send();
    },
  };
}

function readStream(options: HttpOptions, streams: EventStreams): MethodHandler {
  return {
    schema: {
      summary: 'Read a stream of events',
      tags: ['sessions'],
      params: eventStreamPathParameters,
      response: {
        200: {
          description:
            'Server-sent events: active, inactive (data {}), layers (by mid: active and inactive layers), ' +
            'viewercount, and reconnect when the server stops.',
          content: { [EVENT_STREAM]: { schema: { type: 'string' } } },
        },
        ...problemResponses(401, 403, 404, 410, 429),
      },
    },
    handler(request, reply) {
      const stream = findStream(request, options, streams);
      return reply.code(200).type(EVENT_STREAM).headers(STREAM_HEADERS).send(stream.open());
    },
  };
}

function probeStream(options: HttpOptions, streams: EventStreams): MethodHandler {
  return {
    schema: { hide: true },
    handler(request, reply) {
      findStream(request, options, streams);
      return reply.code(200).type(EVENT_STREAM).headers(STREAM_HEADERS).send();
    },
  };
}

function removeStream(options: HttpOptions, streams: EventStreams): MethodHandler {
  return {
    schema: {
      summary: 'End a stream of events',
      tags: ['sessions'],
      params: eventStreamPathParameters,
      response: {
        200: { description: 'The stream has ended.', type: 'null' },
        ...problemResponses(401, 403, 404, 410, 429),
      },
    },
    handler(request, reply) {
      streams.remove(findSession(request, 'play', options).id, pathParameter(request, 'stream'));
      return reply.code(200).send();
    },
  };
}

function findStream(request: FastifyRequest, options: HttpOptions, streams: EventStreams) {
  return streams.find(findSession(request, 'play', options).id, pathParameter(request, 'stream'));
}

/** The events that a body asks for; one that is not there refuses them all. */
function eventNames(body: unknown): ReadonlySet<EventName> {
  if (!Array.isArray(body)) throw new ServiceError('malformed_request', { detail: 'The body is not a JSON array.' });
  const names = new Set<EventName>();
  for (const name of body as unknown[]) {
    const known = EVENT_NAMES.find((candidate) => candidate === name);
    if (known === undefined) {
      throw new ServiceError('unsupported_event', { detail: `The events are ${EVENT_NAMES.join(', ')}.` });
    }
    names.add(known);
  }
  if (names.size === 0) throw new ServiceError('malformed_request', { detail: 'The array names no event.' });
  return names;
}
