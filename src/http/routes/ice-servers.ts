/** The STUN and TURN servers, for pages that want them before they make an offer. */
import type { FastifyInstance } from 'fastify';
import { IceServersSchema } from '../api-schemas.ts';
import type { IceServersAnswer } from '../api-schemas.ts';
import type { HttpOptions } from '../http-options.ts';
import { browserIceServers } from '../ice-servers.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

/** Serves /ice-servers below the instance's prefix. */
export function addIceServers(app: FastifyInstance, { iceServers }: HttpOptions): void {
  const answer: IceServersAnswer = { iceServers: browserIceServers(iceServers) };
  addResource(app, {
    url: '/ice-servers',
    access: 'anything',
    methods: {
      GET: {
        schema: {
          summary: 'STUN and TURN servers, as RTCPeerConnection takes them',
          tags: ['sessions'],
          response: { 200: IceServersSchema, ...problemResponses(401, 403, 429) },
        },
        handler: (_request, reply) => reply.header('Cache-Control', 'no-store').send(answer),
      },
    },
  });
}
