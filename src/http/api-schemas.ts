/** The shapes that the API answers with. The pages take their types from here, openapi.json its schemas. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

const Kind = Type.Union([Type.Literal('audio'), Type.Literal('video')]);

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'URI that names the kind of problem.' }),
    title: Type.String({ description: 'What to do, in one sentence.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.Optional(Type.String({ description: 'What was wrong in this case.' })),
    code: Type.String({ description: 'Stable code of the error; docs/errors.md lists them.' }),
  },
  { $id: 'Problem', description: 'An error (RFC 9457).' },
);
export type Problem = Static<typeof ProblemSchema>;

const ScalableLayerSchema = Type.Object({
  spatialLayerId: Type.Integer({ description: '0 is the lowest. All lower layers come with it.' }),
  temporalLayerId: Type.Integer({ description: '0 is the lowest. All lower layers come with it.' }),
  width: Type.Optional(Type.Integer({ description: 'Pixels, where the stream tells them.' })),
  height: Type.Optional(Type.Integer({ description: 'Pixels, where the stream tells them.' })),
  bitrate: Type.Number({ description: 'Bits a second over the last seconds.' }),
});

export const LayerSchema = Type.Object({
  rid: Type.Optional(
    Type.String({
      description: 'Name of the simulcast layer (RFC 8851); missing for an only stream that is scalable.',
    }),
  ),
  width: Type.Optional(Type.Integer({ description: 'Pixels.' })),
  height: Type.Optional(Type.Integer({ description: 'Pixels.' })),
  bitrate: Type.Number({ description: 'Bits a second over the last seconds; 0 while it does not arrive.' }),
  layers: Type.Optional(
    Type.Array(ScalableLayerSchema, {
      description: 'What viewers can get of a scalable stream, the highest first; missing where it is none.',
    }),
  ),
});
export type Layer = Static<typeof LayerSchema>;

export const TrackSchema = Type.Object({
  kind: Kind,
  codec: Type.Optional(Type.String({ description: 'Encoding name, such as VP8; missing until the first packet.' })),
  width: Type.Optional(Type.Integer({ description: 'Pixels.' })),
  height: Type.Optional(Type.Integer({ description: 'Pixels.' })),
  bitrate: Type.Number({ description: 'Bits a second over the last seconds.' }),
  layers: Type.Array(LayerSchema, {
    description:
      'The simulcast layers, largest first, or the only stream where it is scalable; empty where there is no choice.',
  }),
});
export type Track = Static<typeof TrackSchema>;

const roomProperties = {
  name: Type.String(),
  title: Type.Optional(Type.String({ description: 'To be shown in place of the name.' })),
  description: Type.Optional(Type.String()),
  live: Type.Boolean({ description: 'Whether a publisher is there.' }),
  liveSince: Type.Optional(Type.String({ format: 'date-time', description: 'When the present publisher came.' })),
  locked: Type.Optional(
    Type.Boolean({ description: 'Whether nobody new gets in; told to those who keep order in the room.' }),
  ),
  tracks: Type.Array(TrackSchema),
  subscribers: Type.Integer({ description: 'Viewers, those that wait for a publisher counted.' }),
  warnings: Type.Array(
    Type.Object({
      code: Type.String({ description: 'Stable; docs/usage.md lists them.' }),
      advice: Type.String({ description: 'What is wrong with the broadcast and what to do, in a sentence or two.' }),
    }),
    { description: 'What spoils the broadcast without ending it.' },
  ),
};

export const RoomSchema = Type.Object(roomProperties);
export type Room = Static<typeof RoomSchema>;

export const RoomListSchema = Type.Array(RoomSchema);
export type RoomList = Static<typeof RoomListSchema>;

export const SessionSchema = Type.Object({
  role: Type.Union([Type.Literal('publish'), Type.Literal('play')]),
  state: Type.Union([Type.Literal('connecting'), Type.Literal('connected')]),
  since: Type.String({ format: 'date-time' }),
  rid: Type.Optional(Type.String({ description: 'The simulcast layer that the viewer gets at present.' })),
  spatialLayerId: Type.Optional(
    Type.Integer({ description: 'The highest spatial layer that the viewer gets of a scalable stream.' }),
  ),
  temporalLayerId: Type.Optional(
    Type.Integer({ description: 'The highest temporal layer that the viewer gets of a scalable stream.' }),
  ),
  bitrate: Type.Number({ description: 'Bits a second: received from a publisher, sent to a viewer.' }),
  packets: Type.Number(),
  packetsLost: Type.Number(),
  roundTripTime: Type.Optional(Type.Number({ description: 'Milliseconds; missing until reports have told it.' })),
  jitter: Type.Optional(Type.Number({ description: 'Milliseconds; missing until reports have told it.' })),
});
export type Session = Static<typeof SessionSchema>;

export const RoomDetailSchema = Type.Object({ ...roomProperties, sessions: Type.Array(SessionSchema) });
export type RoomDetail = Static<typeof RoomDetailSchema>;

export const EventNamesSchema = Type.Array(
  Type.Union([
    Type.Literal('active'),
    Type.Literal('inactive'),
    Type.Literal('layers'),
    Type.Literal('reconnect'),
    Type.Literal('viewercount'),
  ]),
  { minItems: 1 },
);

export const LayerRequestSchema = Type.Object({
  mediaId: Type.Optional(Type.String({ description: 'mid or position of a video section; the first if missing.' })),
  encodingId: Type.Optional(Type.String({ description: 'The rid of a layer.' })),
  rid: Type.Optional(Type.String({ description: 'The same.' })),
  maxWidth: Type.Optional(Type.Integer({ minimum: 1, description: 'Pixels: the largest layer that fits.' })),
  maxHeight: Type.Optional(Type.Integer({ minimum: 1, description: 'Pixels: the largest layer that fits.' })),
  spatialLayerId: Type.Optional(
    Type.Integer({ minimum: 0, description: 'A spatial layer of a scalable stream, with all lower ones.' }),
  ),
  temporalLayerId: Type.Optional(
    Type.Integer({ minimum: 0, description: 'A temporal layer of a scalable stream, with all lower ones.' }),
  ),
  maxSpatialLayerId: Type.Optional(
    Type.Integer({ minimum: 0, description: 'The highest spatial layer that the server may choose.' }),
  ),
  maxTemporalLayerId: Type.Optional(
    Type.Integer({ minimum: 0, description: 'The highest temporal layer that the server may choose.' }),
  ),
});

export const RecordEntrySchema = Type.Object({
  id: Type.String({ description: 'The recording; its files share it.' }),
  name: Type.String({ description: 'The file: path below RECORD_DIR.' }),
  room: Type.String(),
  size: Type.Integer({ description: 'Bytes; of a file that is being written, those that are there.' }),
  time: Type.String({ format: 'date-time', description: 'When the recording began.' }),
  url: Type.String({
    description: 'Opens the file, also in a player that sends no token; expires after 6 hours where tokens are needed.',
  }),
  duration: Type.Number({ description: 'Seconds.' }),
  videoCodec: Type.Optional(Type.String()),
  audioCodec: Type.Optional(Type.String()),
  width: Type.Optional(Type.Integer({ description: 'Pixels, of the first picture.' })),
  height: Type.Optional(Type.Integer({ description: 'Pixels, of the first picture.' })),
  state: Type.Union([
    Type.Literal('recording'),
    Type.Literal('done'),
    Type.Literal('uploading'),
    Type.Literal('uploaded'),
    Type.Literal('failed'),
  ]),
  error: Type.Optional(Type.String({ description: 'What went wrong.' })),
});
export type RecordEntry = Static<typeof RecordEntrySchema>;

export const RecordListSchema = Type.Array(RecordEntrySchema);
export type RecordList = Static<typeof RecordListSchema>;

export const IceServerSchema = Type.Object({
  urls: Type.String(),
  username: Type.Optional(Type.String()),
  credential: Type.Optional(Type.String()),
});
export type IceServer = Static<typeof IceServerSchema>;

export const IceServersSchema = Type.Object({ iceServers: Type.Array(IceServerSchema) });
export type IceServersAnswer = Static<typeof IceServersSchema>;

export const HealthSchema = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('starting'), Type.Literal('ready'), Type.Literal('draining')]),
});
export type Health = Static<typeof HealthSchema>;

export const TokenRequestSchema = Type.Object({
  role: Type.Union(
    ['viewer', 'publisher', 'moderator', 'admin'].map((role) => Type.Literal(role)),
    { description: 'What the token lets do.' },
  ),
  room: Type.Union([Type.String(), Type.Array(Type.String())], {
    description: 'Rooms: a name, a list, a beginning with "*" behind it, or "*" for all.',
  }),
  lifetime: Type.Optional(Type.Integer({ description: 'Seconds, 3600 where it is missing.' })),
  subject: Type.Optional(Type.String({ description: 'Names the person for good, for bans and the audit log.' })),
  name: Type.Optional(Type.String({ description: 'To be shown.' })),
});

export const MintedTokenSchema = Type.Object({
  token: Type.String(),
  expiresAt: Type.String({ format: 'date-time' }),
  links: Type.Optional(
    Type.Object(
      {
        player: Type.String({ description: 'The player page.' }),
        whep: Type.String({ description: 'The WHEP endpoint; it takes the token as bearer.' }),
        publisher: Type.Optional(Type.String({ description: 'The publisher page.' })),
        whip: Type.Optional(
          Type.String({ description: 'The WHIP endpoint, for OBS as "Server"; the token is the "Bearer Token".' }),
        ),
      },
      { description: 'Of a token for one room.' },
    ),
  ),
});

export type MintedToken = Static<typeof MintedTokenSchema>;

export const PersonSchema = Type.Object({
  isKnown: Type.Boolean({ description: 'Whether a token or a login says who it is.' }),
  actions: Type.Array(Type.String(), { description: 'What they may do; docs/roles.md lists the actions.' }),
  canLogIn: Type.Boolean({ description: 'Whether GET /api/login leads to a provider.' }),
  subject: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
  fault: Type.Optional(Type.String({ description: 'What is wrong with the token.' })),
  room: Type.Optional(
    Type.Object(
      { title: Type.Optional(Type.String()), description: Type.Optional(Type.String()) },
      { description: 'What the room of ?room= says of itself, to those who may play it without its password.' },
    ),
  ),
});

export type Person = Static<typeof PersonSchema>;
