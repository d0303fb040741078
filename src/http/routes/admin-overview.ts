/** The server as a whole, for operators: its recent past in figures, and its settings. */
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { ServiceError } from '../../errors.ts';
import type { OverviewSample, WorkerSample } from '../../metrics/overview-series.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { OverviewSchema, SettingListSchema } from '../overview-schemas.ts';
import type { Overview, OverviewSampleAnswer, SettingList } from '../overview-schemas.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

const queryParameters = Type.Object({
  since: Type.Optional(Type.Integer({ description: 'Only samples after this time, milliseconds since the epoch.' })),
});

/** Serves /overview and /settings below the admin API's prefix. */
export function addAdminOverview(app: FastifyInstance, { history, settings }: HttpOptions): void {
  addResource(app, {
    url: '/overview',
    access: 'administer',
    methods: {
      GET: {
        schema: {
          summary: 'Show how the server is and was: rooms, viewers, bitrates, loss, workers',
          tags: ['operation'],
          querystring: queryParameters,
          response: { 200: OverviewSchema, ...problemResponses(400, 401, 403, 404, 429) },
        },
        async handler(request, reply) {
          const { since } = request.query as { since?: unknown };
          const samples = await history.look(since === undefined ? 0 : timeOf(since));
          const overview: Overview = { now: Date.now(), samples: samples.map(toSample) };
          return reply.header('Cache-Control', 'no-store').send(overview);
        },
      },
    },
  });
  addResource(app, {
    url: '/settings',
    access: 'administer',
    methods: {
      GET: {
        schema: {
          summary: 'Show the settings that hold; of secrets only whether they are set',
          tags: ['operation'],
          response: { 200: SettingListSchema, ...problemResponses(401, 403, 404, 429) },
        },
        handler(_request, reply) {
          const list: SettingList = settings.map((one) => defined({ ...one }));
          return reply.header('Cache-Control', 'no-store').send(list);
        },
      },
    },
  });
}

function timeOf(value: unknown): number {
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw new ServiceError('malformed_request', { detail: 'since is not a number of milliseconds.' });
}

function toSample({ time, rooms, publishers, viewers, workers, ...flow }: OverviewSample): OverviewSampleAnswer {
  return { time, rooms, publishers, viewers, ...defined(flow), workers: workers.map(toWorker) };
}

function toWorker({ index, up, hasRoom, cpu, memory, delay }: WorkerSample): OverviewSampleAnswer['workers'][number] {
  return { index, up, hasRoom, ...defined({ cpu, memory, delay }) };
}
