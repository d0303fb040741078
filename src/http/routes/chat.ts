/** The chat of a room: its WebSocket. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { may } from '../../auth/identity.ts';
import type { ChatPerson } from '../../chat/chat-member.ts';
import type { ChatRole } from '../../chat/protocol.ts';
import { ServiceError } from '../../errors.ts';
import { identityOf } from '../authentication.ts';
import { ChatInfoSchema } from '../chat-schemas.ts';
import { ChatSockets } from '../chat-sockets.ts';
import { clientAddress } from '../client-address.ts';
import { isFromOwnPage } from '../cookies.ts';
import type { HttpOptions } from '../http-options.ts';
import { roomParameter } from '../path-parameters.ts';
import { clientOf } from '../rate-limit.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses, roomPathParameters } from '../route-schemas.ts';
import { isWebSocketRequest, takeUpgrade } from '../upgrades.ts';

/** Serves /rooms/:room/chat below the API's prefix. */
export function addChat(app: FastifyInstance, options: HttpOptions): void {
  const sockets = new ChatSockets(options.chat, options.maxChatsPerAddress);
  app.addHook('preClose', (done) => {
    sockets.close();
    done();
  });
  addResource(app, { url: '/rooms/:room/chat', access: 'chat', methods: { GET: join(options, sockets) } });
}

function join(options: HttpOptions, sockets: ChatSockets): MethodHandler {
  return {
    schema: {
      summary: 'Join the chat of a room (WebSocket), or see whether one could',
      description:
        'A request to upgrade opens a WebSocket, whose messages docs/usage.md shows. Browsers do not tell why that was ' +
        'refused: the same request without Upgrade does.',
      tags: ['chat'],
      params: roomPathParameters,
      response: {
        101: { description: 'The WebSocket is open.', type: 'null' },
        200: ChatInfoSchema,
        ...problemResponses(400, 401, 403, 429),
      },
    },
    handler(request, reply) {
      const room = roomParameter(request);
      refuse(request, room, options);
      sockets.admit(request.ip);
      const person = personOf(request, room, options);
      const upgrade = isWebSocketRequest(request) ? takeUpgrade(request, reply) : undefined;
      if (upgrade !== undefined) {
        sockets.open(request.raw, upgrade, room, person);
        return reply;
      }
      const { chat, moderation } = options;
      const settings = chat.settings(room);
      const { subject, client, isKnown } = person;
      const guestAddress = isKnown ? undefined : client;
      const isMuted = moderation.mutes.check({ room, subject, participant: undefined, guestAddress }) !== undefined;
      const mayWrite = (isKnown || settings.guestsMayWrite) && !isMuted;
      return reply.header('Cache-Control', 'no-store').send({ presence: chat.presence(room), mayWrite, settings });
    },
  };
}

/** Throws where the room's settings, or those of the server, let this request not in. */
function refuse(request: FastifyRequest, room: string, options: HttpOptions): void {
  const { moderation, participants, allowedOrigins } = options;
  if (!moderation.roomSettings.of(room).chat) throw new ServiceError('chat_off');
  const { origin } = request.headers;
  const isAllowed = allowedOrigins === '*' || origin === undefined || allowedOrigins.includes(origin);
  // CORS does not hold for WebSockets: the server itself has to look.
  if (!isAllowed && !isFromOwnPage(request)) throw new ServiceError('origin_not_allowed');
  if (!moderation.locks.has(room) || may(identityOf(request), 'moderate', room)) return;
  // Who watches already is nobody new.
  const isThere = participants.list(room).some(({ address }) => address === clientAddress(request));
  if (!isThere) throw new ServiceError('room_locked');
}

function personOf(request: FastifyRequest, room: string, { sessionGraceMs }: HttpOptions): ChatPerson {
  const identity = identityOf(request);
  const { isKnown, subject, name, expiresAt, login } = identity;
  return {
    isKnown,
    subject,
    name,
    role: roleOf(request, room),
    isModerator: may(identity, 'moderate', room),
    isAdmin: may(identity, 'administer'),
    address: clientAddress(request),
    client: clientOf(clientAddress(request)),
    login,
    endsAt: expiresAt === undefined ? undefined : expiresAt + sessionGraceMs,
  };
}

/** The greatest role whose rights somebody has in a room. */
function roleOf(request: FastifyRequest, room: string): ChatRole {
  const identity = identityOf(request);
  if (may(identity, 'administer')) return 'admin';
  if (may(identity, 'moderate', room)) return 'moderator';
  return may(identity, 'publish', room) ? 'publisher' : 'viewer';
}
