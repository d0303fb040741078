/** The WHIP and WHEP endpoints (RFC 9725 4.2; draft-ietf-wish-whep 4.2): POST an offer, get an answer and a session. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { AccessQuestion } from '../../auth/access-webhook.ts';
import { may } from '../../auth/identity.ts';
import type { Participant } from '../../moderation/participants.ts';
import type { RoomRules, SessionAnswer, SessionRole } from '../../sfu/room-service.ts';
import { RandomStore } from '../../util/random-store.ts';
import { identityOf, tokensOf } from '../authentication.ts';
import { clientAddress } from '../client-address.ts';
import { quoteTag } from '../entity-tag.ts';
import { admit, refuseBanned } from '../entrance.ts';
import type { HttpOptions } from '../http-options.ts';
import { roomParameter } from '../path-parameters.ts';
import { bodyText, requireMediaType } from '../request-body.ts';
import { iceServerLinks } from '../ice-servers.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses, roomPathParameters } from '../route-schemas.ts';
import { eventsLink } from './session-events.ts';
import { layerLink } from './session-layer.ts';
import { sessionPath } from './sessions.ts';

const SDP = 'application/sdp';

const random = new RandomStore(randomBytes);

interface Endpoint {
  role: SessionRole;
  url: string;
  summary: string;
  /** What HEAD and GET answer: draft-ietf-wish-whep wants a content type on HEAD, both a 2xx without content. */
  head(reply: FastifyReply): FastifyReply;
  /** Link headers of a session's extensions. */
  extensions(sessionId: string): string[];
}

const ENDPOINTS: readonly Endpoint[] = [
  {
    role: 'publish',
    url: '/whip/publish/:room',
    summary: 'Publish into a room (WHIP)',
    head: (reply) => reply.code(204).send(),
    extensions: () => [],
  },
  {
    role: 'play',
    url: '/whep/play/:room',
    summary: 'Play a room (WHEP)',
    head: (reply) => reply.code(200).type(SDP).send(),
    extensions: (sessionId) => [eventsLink(sessionId), layerLink(sessionId)],
  },
];

/** Serves both endpoints. */
export function addEndpoints(app: FastifyInstance, options: HttpOptions): void {
  for (const endpoint of ENDPOINTS) {
    addResource(app, {
      url: endpoint.url,
      access: endpoint.role,
      methods: { GET: emptyGet(), HEAD: head(endpoint), POST: post(endpoint, options) },
      optionsHeaders: { 'Accept-Post': SDP },
    });
  }
}

function post(endpoint: Endpoint, options: HttpOptions): MethodHandler {
  const iceLinks = iceServerLinks(options.iceServers);
  const { role } = endpoint;
  const open = (room: string, offer: string, rules: RoomRules): Promise<SessionAnswer> =>
    role === 'publish' ? options.rooms.publish(room, offer, rules) : options.rooms.play(room, offer, rules);
  return {
    schema: {
      summary: endpoint.summary,
      tags: ['sessions'],
      body: { content: { [SDP]: { schema: Type.String() } } },
      params: roomPathParameters,
      response: {
        201: { description: 'The session, with the SDP answer.', content: { [SDP]: { schema: Type.String() } } },
        ...problemResponses(400, 401, 403, 409, 413, 415, 422, 429, 503),
      },
    },
    offerFor: endpoint.role,
    onRequest: requireMediaType(SDP),
    bodyLimit: options.maxSdpBytes,
    async handler(request, reply) {
      const room = roomParameter(request);
      const offer = bodyText(request, 'malformed_sdp');
      const rules = admit(identityOf(request), role, room, options);
      await options.accessWebhook?.check(questionOf(request, role, room));
      const { sessionId, answer, tag } = await open(room, offer, rules);
      options.participants.add(participantOf(request, { sessionId, room, role }, options));
      options.metrics.joined(role);
      options.log.info({ room, session: sessionId, role }, 'session opened');
      await endIfBanned(request, sessionId, room, options);
      const links = [...iceLinks, ...endpoint.extensions(sessionId)];
      if (links.length > 0) reply.header('Link', links);
      return reply
        .code(201)
        .type(SDP)
        .headers({ Location: sessionPath(role, sessionId), ETag: quoteTag(tag), 'Cache-Control': 'no-store' })
        .send(answer);
    },
  };
}

/** What AUTH_WEBHOOK_URL is asked. */
function questionOf(request: FastifyRequest, action: SessionRole, room: string): AccessQuestion {
  const { subject, name } = identityOf(request);
  const [token] = tokensOf(request);
  return {
    action,
    room,
    token,
    address: clientAddress(request),
    userAgent: request.headers['user-agent'],
    subject,
    name,
  };
}

/** A ban that was made while the session was being opened has not seen it. */
async function endIfBanned(
  request: FastifyRequest,
  sessionId: string,
  room: string,
  options: HttpOptions,
): Promise<void> {
  try {
    refuseBanned(identityOf(request), room, request, options);
  } catch (refusal) {
    await options.rooms.remove(sessionId, 'removed').catch(() => undefined);
    throw refusal;
  }
}

/** 72 bits: it is never guessed, though it is no secret. */
const PARTICIPANT_ID_BYTES = 9;

function participantOf(
  request: FastifyRequest,
  session: Pick<Participant, 'sessionId' | 'room' | 'role'>,
  { sessionGraceMs }: HttpOptions,
): Participant {
  const identity = identityOf(request);
  const { subject, name, expiresAt } = identity;
  const endsAt = expiresAt === undefined ? undefined : expiresAt + sessionGraceMs;
  const id = random.take(PARTICIPANT_ID_BYTES).toString('base64url');
  return {
    ...session,
    id,
    subject,
    name,
    address: clientAddress(request),
    isAdmin: may(identity, 'administer'),
    userAgent: request.headers['user-agent'],
    endsAt,
  };
}

function head(endpoint: Endpoint): MethodHandler {
  return {
    schema: { hide: true },
    handler(request, reply) {
      roomParameter(request);
      return endpoint.head(reply);
    },
  };
}

function emptyGet(): MethodHandler {
  return {
    schema: { hide: true },
    handler(request: FastifyRequest, reply: FastifyReply) {
      roomParameter(request);
      return reply.code(204).send();
    },
  };
}
