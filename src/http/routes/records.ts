/** The recordings. None are made yet, so the list is empty. */
import type { FastifyInstance } from 'fastify';
import { RecordListSchema } from '../api-schemas.ts';
import type { RecordList } from '../api-schemas.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

/** Serves /records below the instance's prefix. */
export function addRecords(app: FastifyInstance): void {
  addResource(app, {
    url: '/records',
    access: 'server',
    methods: {
      GET: {
        schema: {
          summary: 'List the recordings',
          tags: ['rooms'],
          response: { 200: RecordListSchema, ...problemResponses(401, 403, 429) },
        },
        handler: (_request, reply) => reply.header('Cache-Control', 'no-store').send([] satisfies RecordList),
      },
    },
  });
}
