/** For supervisors and load balancers: is the process alive, does it take sessions. */
import type { FastifyInstance } from 'fastify';
import { HealthSchema } from '../api-schemas.ts';
import type { Health } from '../api-schemas.ts';
import type { HttpOptions } from '../http-options.ts';
import { addResource } from '../resource.ts';

/** Serves /healthz and /readyz. */
export function addHealth(app: FastifyInstance, options: HttpOptions): void {
  addResource(app, {
    url: '/healthz',
    access: 'anything',
    methods: {
      GET: {
        schema: { summary: 'Liveness', tags: ['operation'], response: { 200: HealthSchema } },
        handler: (_request, reply) => reply.header('Cache-Control', 'no-store').send({ status: 'ok' } satisfies Health),
      },
    },
  });
  addResource(app, {
    url: '/readyz',
    access: 'anything',
    methods: {
      GET: {
        schema: {
          summary: 'Readiness: 503 while the server starts or drains',
          tags: ['operation'],
          response: { 200: HealthSchema, 503: HealthSchema },
        },
        handler(_request, reply) {
          const status = options.state();
          const code = status === 'ready' ? 200 : 503;
          return reply
            .header('Cache-Control', 'no-store')
            .code(code)
            .send({ status } satisfies Health);
        },
      },
    },
  });
}
