/** The description of the API, made from the schemas of its routes. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { RouteAccess } from '../authentication.ts';
import { addResource } from '../resource.ts';

/** What opens a route, where the settings ask for a token at all. */
function securityOf(url: string, access: RouteAccess | undefined): Record<string, string[]>[] {
  if (access === 'administer') return [{ admin: [] }];
  if (url === '/metrics') return [{ metrics: [] }];
  if (access === 'read-recordings') return [{ bearer: [] }, { header: [] }, { link: [], linkExpires: [] }];
  return url.startsWith('/api/') ? [{ bearer: [] }, { header: [] }] : [];
}

/** Watches the routes that are added from now on. */
export async function collectOpenApi(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.schema === undefined || route.schema.hide === true) return;
    route.schema = { ...route.schema, security: securityOf(route.url, route.config?.access) };
  });
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
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description:
              'AUTH_TOKEN, the token that ROOM_TOKENS has for the room, or a JWT. None is needed where guests may do it.',
          },
          header: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'The same token.' },
          link: { type: 'apiKey', in: 'query', name: 'signature', description: 'As GET /api/records gives it.' },
          linkExpires: { type: 'apiKey', in: 'query', name: 'expires', description: 'Belongs to the signature.' },
          admin: { type: 'http', scheme: 'bearer', description: 'ADMIN_TOKEN, or the JWT of an admin.' },
          metrics: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN, where it is set.' },
        },
      },
      tags: [
        { name: 'sessions', description: 'WHIP and WHEP' },
        { name: 'access', description: 'Who may do what' },
        { name: 'rooms', description: 'What is on' },
        { name: 'moderation', description: 'Order in rooms' },
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
