/** The description of the API, made from the schemas of its routes. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { addResource } from '../resource.ts';

/** Watches the routes that are added from now on. */
export async function collectOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'live-webrtc',
        version: '1',
        description: 'Publish into rooms over WHIP (RFC 9725) and play them over WHEP.',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          header: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' },
        },
      },
      tags: [
        { name: 'sessions', description: 'WHIP and WHEP' },
        { name: 'rooms', description: 'What is on' },
        { name: 'recordings', description: 'What was on' },
        { name: 'operation', description: 'For supervisors' },
      ],
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) =>
        typeof json.$id === 'string' ? json.$id : `schema-${index}`,
    },
  });
}

/** Serves /openapi.json below the instance's prefix. */
export function addOpenApi(app: FastifyInstance): void {
  addResource(app, {
    url: '/openapi.json',
    access: 'anything',
    methods: {
      GET: {
        schema: { hide: true },
        handler: (_request, reply) => reply.send(app.swagger()),
      },
    },
  });
}
