/** The recorded files themselves. */
import { basename } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { ServiceError } from '../../errors.ts';
import type { OpenedFile } from '../../recording/open-media.ts';
import { mediaTypeOf } from '../../recording/media-types.ts';
import { authenticate } from '../authentication.ts';
import { attachment } from '../content-disposition.ts';
import { writeCorsHeaders } from '../cors.ts';
import type { HttpOptions } from '../http-options.ts';
import { recordedFile } from '../path-parameters.ts';
import { limitRate } from '../rate-limit.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';
import { sendFile } from '../send-file.ts';

const EXPOSED_HEADERS = 'Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Retry-After';

const pathParameters = Type.Object({
  folder: Type.String({ description: 'Folder of the room, as GET /api/records has it.' }),
  file: Type.String({ description: 'Name of the file, as GET /api/records has it.' }),
});

const queryParameters = Type.Object({
  expires: Type.Optional(Type.String({ description: 'Of a signed link: seconds since the epoch.' })),
  signature: Type.Optional(Type.String({ description: 'Of a signed link.' })),
  download: Type.Optional(Type.String({ description: '1: the response says to save it as a file.' })),
  size: Type.Optional(
    Type.String({ description: 'Of a file that is being recorded: its first so many bytes, which do not grow.' }),
  ),
});

/** Serves /records: what the catalogue knows, and nothing else that lies in the folder. */
export async function addRecordFiles(root: FastifyInstance, options: HttpOptions): Promise<void> {
  await root.register(
    (app, _pluginOptions, done) => {
      addHooks(app, options);
      addFiles(app, options);
      app.all('/*', { config: { access: 'anything' }, schema: { hide: true } }, () => {
        throw new ServiceError('not_found');
      });
      done();
    },
    { prefix: '/records' },
  );
}

function addHooks(app: FastifyInstance, options: HttpOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    writeCorsHeaders(request, reply, options.allowedOrigins);
    reply.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    done();
  });
  const check = authenticate(options);
  const limit = limitRate(options.rateLimiter);
  // A player asks often, and may: what is limited is guessing.
  app.addHook('onRequest', (request, reply, done) => {
    check(request).then(
      () => done(),
      (refusal: unknown) => limit.call(app, request, reply, (limited) => done(limited ?? (refusal as Error))),
    );
  });
}

function addFiles(app: FastifyInstance, { recordings }: HttpOptions): void {
  addResource(app, {
    url: '/:folder/:file',
    access: 'read-recordings',
    methods: {
      GET: {
        schema: {
          summary: 'A recorded file, or the part that Range asks for',
          tags: ['recordings'],
          params: pathParameters,
          querystring: queryParameters,
          response: {
            200: media('The file; while it is being recorded, what is there of it.'),
            206: media('A part of it.'),
            304: { description: 'The client has it.', type: 'null' },
            307: { description: 'It is in the object store; Location is a link that expires.', type: 'null' },
            ...problemResponses(401, 403, 404, 416, 429),
          },
        },
        async handler(request, reply) {
          const name = recordedFile(request);
          const found = await recordings.open(name);
          if (found === undefined) throw new ServiceError('not_found');
          if (found.kind === 'remote') return reply.header('Cache-Control', 'no-store').redirect(found.url, 307);
          const { download } = request.query as { download?: string };
          const { opened, recording } = found;
          if (download === '1') reply.header('Content-Disposition', attachment(`${recording.room}_${basename(name)}`));
          const mediaType = mediaTypeOf(name) ?? 'application/octet-stream';
          const part = recording.state === 'recording' ? partOf(opened, request.query, recording.startedAt) : undefined;
          const grows = recording.state === 'recording' && part === undefined;
          return sendFile(request, reply, { opened: part ?? opened, mediaType, grows });
        },
      },
    },
  });
}

/**
 * The beginning of a file that grows, as a file that does not: players seek only in what has a length. Its validators
 * stay the same as the file grows. Undefined where the request does not ask for one that is there.
 */
function partOf(opened: OpenedFile, query: unknown, startedAt: number): OpenedFile | undefined {
  const { size } = query as { size?: unknown };
  if (typeof size !== 'string' || !/^[1-9]\d{0,14}$/.test(size) || Number(size) > opened.size) return undefined;
  return { ...opened, size: Number(size), modifiedAt: startedAt };
}

function media(description: string): object {
  const schema = Type.Unsafe({ type: 'string', contentMediaType: 'application/octet-stream' });
  const types = ['video/mp4', 'video/webm', 'audio/ogg', 'video/x-ivf'];
  return { description, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}
