/** What is on: the rooms and their statistics. */
import type { FastifyInstance } from 'fastify';
import type {
  LayerSummary,
  RoomDetail as ServiceRoomDetail,
  RoomSummary,
  SessionSummary,
  TrackSummary,
} from '../../sfu/room-service.ts';
import { PUBLISHER_WARNINGS, type PublisherWarning } from '../../sfu/publisher-warnings.ts';
import { type Identity, may } from '../../auth/identity.ts';
import { RoomDetailSchema, RoomListSchema } from '../api-schemas.ts';
import type { Layer, Room, RoomDetail, RoomList, Session, Track } from '../api-schemas.ts';
import { identityOf } from '../authentication.ts';
import { defined } from '../defined.ts';
import type { HttpOptions } from '../http-options.ts';
import { roomParameter } from '../path-parameters.ts';
import { addResource } from '../resource.ts';
import { problemResponses, roomPathParameters } from '../route-schemas.ts';

/** What somebody gets to see of a room beside its media. */
interface Shown {
  title: string;
  description: string;
  /** Undefined for those who do not keep order there. */
  locked: boolean | undefined;
}

/** Serves the list of rooms and each room. */
export function addRooms(app: FastifyInstance, { rooms, moderation }: HttpOptions): void {
  const { roomSettings, locks } = moderation;
  const shownTo = (identity: Identity, room: string): Shown => {
    const { title, description } = roomSettings.of(room);
    return { title, description, locked: may(identity, 'moderate', room) ? locks.has(room) : undefined };
  };
  addResource(app, {
    url: '/rooms',
    access: 'list-rooms',
    methods: {
      GET: {
        schema: {
          summary: 'List the open rooms that the token is good for',
          description: 'Rooms that are not listed are shown to those who keep order in them.',
          tags: ['rooms'],
          response: { 200: RoomListSchema, ...problemResponses(401, 403, 429) },
        },
        async handler(request, reply) {
          const identity = identityOf(request);
          const all = await rooms.rooms();
          const isShown = ({ name }: RoomSummary): boolean =>
            roomSettings.of(name).listed ? may(identity, 'list-rooms', name) : may(identity, 'moderate', name);
          const list: RoomList = all.filter(isShown).map((room) => toRoom(room, shownTo(identity, room.name)));
          return reply.header('Cache-Control', 'no-store').send(list);
        },
      },
    },
  });
  addResource(app, {
    url: '/rooms/:room',
    access: 'see-statistics',
    methods: {
      GET: {
        schema: {
          summary: 'Show one room with its sessions',
          tags: ['rooms'],
          params: roomPathParameters,
          response: { 200: RoomDetailSchema, ...problemResponses(400, 401, 403, 404, 429) },
        },
        async handler(request, reply) {
          const room = await rooms.room(roomParameter(request));
          return reply
            .header('Cache-Control', 'no-store')
            .send(toRoomDetail(room, shownTo(identityOf(request), room.name)));
        },
      },
    },
  });
}

function toRoomDetail(room: ServiceRoomDetail, shown: Shown): RoomDetail {
  return { ...toRoom(room, shown), sessions: room.sessions.map(toSession) };
}

function toRoom(room: RoomSummary, { title, description, locked }: Shown): Room {
  const { name, live, liveSince, tracks, subscribers, warnings } = room;
  const shown = { ...(title === '' ? {} : { title }), ...(description === '' ? {} : { description }) };
  const since = liveSince === undefined ? {} : { liveSince: new Date(liveSince).toISOString() };
  return {
    name,
    ...shown,
    live,
    ...since,
    ...defined({ locked }),
    tracks: tracks.map(toTrack),
    subscribers,
    warnings: warnings.map(toWarning),
  };
}

function toTrack({ kind, codec, width, height, bitrate, layers }: TrackSummary): Track {
  return { ...defined({ kind, codec, width, height, bitrate }), layers: layers.map(toLayer) };
}

function toLayer({ rid, width, height, bitrate, scalable }: LayerSummary): Layer {
  const layers = scalable.length === 0 ? undefined : scalable.map((layer) => defined({ ...layer }));
  return defined({ rid, width, height, bitrate, layers });
}

/** Without the session's id: who knows that can end the session. */
function toSession(session: SessionSummary): Session {
  const {
    role,
    state,
    since,
    rid,
    spatialLayerId,
    temporalLayerId,
    bitrate,
    packets,
    packetsLost,
    roundTripTime,
    jitter,
  } = session;
  const known = defined({ rid, spatialLayerId, temporalLayerId, roundTripTime, jitter });
  return { role, state, since: new Date(since).toISOString(), bitrate, packets, packetsLost, ...known };
}

function toWarning(code: PublisherWarning): Room['warnings'][number] {
  return { code, advice: PUBLISHER_WARNINGS[code] };
}
