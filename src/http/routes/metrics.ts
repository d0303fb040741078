/** Figures for Prometheus. */
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { requireBearer } from '../authentication.ts';
import type { HttpOptions } from '../http-options.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

/** Serves /metrics, for the bearer of METRICS_TOKEN alone where there is one. */
export async function addMetrics(root: FastifyInstance, options: HttpOptions): Promise<void> {
  await root.register((app, _pluginOptions, done) => {
    const { metrics, metricSources, metricsToken } = options;
    if (metricsToken !== '') app.addHook('onRequest', requireBearer(metricsToken));
    addResource(app, {
      url: '/metrics',
      access: 'anything',
      methods: {
        GET: {
          schema: {
            summary: 'Figures for Prometheus; docs/metrics.md lists them',
            tags: ['operation'],
            response: {
              200: { description: 'The figures.', content: { 'text/plain': { schema: Type.String() } } },
              ...problemResponses(401),
            },
          },
          async handler(_request, reply) {
            const page = await metrics.render(metricSources);
            return reply.header('Cache-Control', 'no-store').type(metrics.contentType).send(page);
          },
        },
      },
    });
    done();
  });
}
