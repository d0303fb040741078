/** The session URLs of WHIP and WHEP: trickle and ICE restart (PATCH), the end (DELETE). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ServiceError } from '../../errors.ts';
import type { SessionRole } from '../../sfu/room-service.ts';
import { quoteTag, requestedTag } from '../entity-tag.ts';
import type { HttpOptions } from '../http-options.ts';
import { pathParameter } from '../path-parameters.ts';
import { bodyText, requireMediaType } from '../request-body.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses, sessionPathParameters } from '../route-schemas.ts';

const FRAGMENT = 'application/trickle-ice-sdpfrag';
const PROTOCOLS = { publish: 'whip', play: 'whep' } as const satisfies Record<SessionRole, string>;

/** The session's URL, relative to the server. */
export function sessionPath(role: SessionRole, sessionId: string): string {
  return `/api/${PROTOCOLS[role]}/session/${sessionId}`;
}

/** Serves the sessions of both roles. */
export function addSessions(app: FastifyInstance, options: HttpOptions): void {
  for (const role of ['publish', 'play'] as const) {
    addResource(app, {
      url: `/${PROTOCOLS[role]}/session/:session`,
      access: 'session',
      methods: {
        GET: probe(role, options),
        HEAD: probe(role, options),
        PATCH: patch(role, options),
        DELETE: remove(role, options),
      },
      optionsHeaders: { 'Accept-Patch': FRAGMENT },
    });
  }
}

/** The session that a URL names, in this role. Throws no_such_session, or session_removed where a moderator ended it. */
export function findSession(
  request: FastifyRequest,
  role: SessionRole,
  { rooms, moderation }: Pick<HttpOptions, 'rooms' | 'moderation'>,
): { id: string; tag: string } {
  const id = pathParameter(request, 'session');
  const session = rooms.session(id);
  // Also while its worker is still ending it: clients notice that before the worker has told.
  if (moderation.removed.has(id)) throw new ServiceError('session_removed');
  if (session?.role !== role) throw new ServiceError('no_such_session');
  return { id, tag: session.tag };
}

function probe(role: SessionRole, options: HttpOptions): MethodHandler {
  return {
    schema: { hide: true },
    handler(request, reply) {
      findSession(request, role, options);
      return reply.code(204).send();
    },
  };
}

function patch(role: SessionRole, options: HttpOptions): MethodHandler {
  const checkMediaType = requireMediaType(FRAGMENT);
  return {
    schema: {
      summary: 'Add ICE candidates, or restart ICE',
      tags: ['sessions'],
      body: { content: { [FRAGMENT]: { schema: Type.String() } } },
      params: sessionPathParameters,
      response: {
        200: { description: 'ICE restarts.', content: { [FRAGMENT]: { schema: Type.String() } } },
        204: { description: 'The candidates are taken.', type: 'null' },
        ...problemResponses(400, 401, 403, 404, 410, 412, 413, 415, 422, 428, 429, 503),
      },
    },
    onRequest(request, reply, done) {
      findSession(request, role, options);
      checkMediaType.call(this, request, reply, done);
    },
    bodyLimit: options.maxSdpBytes,
    async handler(request, reply) {
      const { id, tag } = findSession(request, role, options);
      const ifMatch = requestedTag(request.headers, tag);
      if (ifMatch === undefined) throw new ServiceError('tag_missing');
      const fragment = bodyText(request, 'malformed_fragment');
      const answer = await options.rooms.patch({ sessionId: id, fragment, ifMatch });
      if (answer.fragment === undefined || answer.tag === undefined) return reply.code(204).send();
      return reply.code(200).type(FRAGMENT).header('ETag', quoteTag(answer.tag)).send(answer.fragment);
    },
  };
}

function remove(role: SessionRole, options: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'End the session',
      tags: ['sessions'],
      params: sessionPathParameters,
      response: {
        200: { description: 'The session has ended.', type: 'null' },
        ...problemResponses(401, 403, 404, 410, 429),
      },
    },
    async handler(request: FastifyRequest, reply: FastifyReply) {
      await options.rooms.remove(findSession(request, role, options).id);
      return reply.code(200).send();
    },
  };
}
