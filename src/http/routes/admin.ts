/** What an operator does to rooms. The whole of it is there only where somebody can be an admin. */
import type { FastifyInstance } from 'fastify';
import { ServiceError } from '../../errors.ts';
import { Moderator } from '../../moderation/moderator.ts';
import { actorOf } from '../actor.ts';
import type { HttpOptions } from '../http-options.ts';
import { roomParameter } from '../path-parameters.ts';
import { addResource } from '../resource.ts';
import { problemResponses, roomPathParameters } from '../route-schemas.ts';
import { addAdminAudit } from './admin-audit.ts';
import { addAdminOverview } from './admin-overview.ts';
import { addAdminRecords } from './admin-records.ts';
import { addAdminRooms } from './admin-rooms.ts';
import { addAdminTokens } from './admin-tokens.ts';
import { addAdminBans } from './bans.ts';

/** Serves /admin below the instance's prefix. */
export async function addAdmin(app: FastifyInstance, options: HttpOptions): Promise<void> {
  await app.register(
    (admin, _options, done) => {
      addAdminRoutes(admin, options);
      done();
    },
    { prefix: '/admin' },
  );
}

function addAdminRoutes(app: FastifyInstance, options: HttpOptions): void {
  const { log } = options;
  const moderator = new Moderator(options);
  addResource(app, {
    url: '/rooms/:room/close',
    access: 'administer',
    methods: {
      POST: {
        schema: {
          summary: 'Close a room: its publisher, its viewers and those in its chat are sent away',
          tags: ['operation'],
          params: roomPathParameters,
          response: {
            204: { description: 'The room is closed.', type: 'null' },
            ...problemResponses(400, 401, 403, 404, 429),
          },
        },
        async handler(request, reply) {
          const room = roomParameter(request);
          await moderator.close(room, { actor: actorOf(request), reason: undefined });
          log.info({ room }, 'room closed by the operator');
          return reply.code(204).send();
        },
      },
    },
  });
  addAdminOverview(app, options);
  addAdminRooms(app, options);
  addAdminBans(app, options);
  addAdminAudit(app, options);
  addAdminRecords(app, options);
  addAdminTokens(app, options);
  app.all('/*', { config: { access: 'administer' }, schema: { hide: true } }, () => {
    throw new ServiceError('not_found');
  });
}
