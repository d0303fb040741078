/** The list of recordings. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { may } from '../../auth/identity.ts';
import { ServiceError } from '../../errors.ts';
import type { ListedFile } from '../../recording/recording-library.ts';
import { parseRoomName } from '../../util/room-name.ts';
import { RecordListSchema } from '../api-schemas.ts';
import type { RecordEntry } from '../api-schemas.ts';
import { identityOf } from '../authentication.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { addResource } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

const queryParameters = Type.Object({
  room: Type.Optional(Type.String({ description: 'Only the recordings of this room.' })),
});

const recordingHeader = {
  Recording: Type.String({ description: 'on or off: whether the server records what is published (RECORD_ENABLED).' }),
};

/** Serves /records below the API's prefix. */
export function addRecords(app: FastifyInstance, options: HttpOptions): void {
  addResource(app, {
    url: '/records',
    access: 'anything',
    methods: {
      GET: {
        schema: {
          summary: "List the recordings that the request's token may read, newest first, an entry for each file",
          tags: ['recordings'],
          querystring: queryParameters,
          response: { 200: { ...RecordListSchema, headers: recordingHeader }, ...problemResponses(400, 401, 403, 429) },
        },
        async handler(request, reply) {
          const list = await options.recordings.list(wantedRooms(request));
          const now = Date.now();
          const entries = list.map((file) => toEntry(file, linkTo(file, options, now)));
          if (options.isRecordingOn !== undefined) reply.header('Recording', options.isRecordingOn ? 'on' : 'off');
          return reply.header('Cache-Control', 'no-store').send(entries);
        },
      },
    },
  });
}

/** Which rooms the request may read and asks for. */
function wantedRooms(request: FastifyRequest): (room: string) => boolean {
  const identity = identityOf(request);
  const mayRead = (room: string): boolean => may(identity, 'read-recordings', room);
  const { room: asked } = request.query as { room?: string | string[] };
  if (asked === undefined) return mayRead;
  const room = typeof asked === 'string' ? parseRoomName(asked) : undefined;
  if (room === undefined) throw new ServiceError('bad_room_name');
  if (!mayRead(room)) throw new ServiceError('forbidden');
  return (name) => name === room;
}

/** The path of a file, signed where requests need a token. */
function linkTo({ name, remoteUrl }: ListedFile, { links }: HttpOptions, now: number): string {
  if (remoteUrl !== undefined) return remoteUrl;
  const path = `/records/${name.split('/').map(encodeURIComponent).join('/')}`;
  if (links === undefined) return path;
  const { expires, signature } = links.sign(name, now);
  return `${path}?expires=${expires}&signature=${signature}`;
}

function toEntry({ recording, name, size }: ListedFile, url: string): RecordEntry {
  const { id, room, startedAt, duration, videoCodec, audioCodec, width, height, state, error } = recording;
  const time = new Date(startedAt).toISOString();
  return {
    ...{ id, name, room, size, time, url, duration },
    ...defined({ videoCodec, audioCodec, width, height }),
    state,
    ...defined({ error }),
  };
}
