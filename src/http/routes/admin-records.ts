/** What an operator does to recordings. */
import type { FastifyInstance } from 'fastify';
import { actorOf } from '../actor.ts';
import type { HttpOptions } from '../http-options.ts';
import { pathParameter } from '../path-parameters.ts';
import { addResource } from '../resource.ts';
import { problemResponses, recordingPathParameters } from '../route-schemas.ts';

/** Serves /records below the admin API's prefix. */
export function addAdminRecords(app: FastifyInstance, { recordings, moderation, log }: HttpOptions): void {
  addResource(app, {
    url: '/records/:id',
    access: 'administer',
    methods: {
      DELETE: {
        schema: {
          summary: 'Delete a recording with all its files, here and in the object store',
          tags: ['operation'],
          params: recordingPathParameters,
          response: {
            204: { description: 'The recording is gone.', type: 'null' },
            ...problemResponses(401, 403, 404, 409, 429, 503),
          },
        },
        async handler(request, reply) {
          const id = pathParameter(request, 'id');
          await recordings.delete(id);
          moderation.audit.add({ actor: actorOf(request), action: 'recording.delete', target: id });
          log.info({ recording: id }, 'recording deleted by the operator');
          return reply.code(204).send();
        },
      },
    },
  });
  addResource(app, {
    url: '/records/:id/retry',
    access: 'administer',
    methods: {
      POST: {
        schema: {
          summary: 'Try again to upload a recording whose upload failed for good',
          tags: ['operation'],
          params: recordingPathParameters,
          response: {
            204: { description: 'It waits for its upload.', type: 'null' },
            ...problemResponses(401, 403, 404, 409, 429),
          },
        },
        async handler(request, reply) {
          const id = pathParameter(request, 'id');
          await recordings.retry(id);
          moderation.audit.add({ actor: actorOf(request), action: 'recording.retry', target: id });
          return reply.code(204).send();
        },
      },
    },
  });
}
