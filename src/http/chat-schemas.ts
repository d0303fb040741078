/** The shapes of the chat's part of the HTTP API. src/chat/protocol.ts has those of its WebSocket. */
import { Type } from 'typebox';
import { DANMAKU_PLACES, DANMAKU_SIZES } from '../chat/protocol.ts';

const Time = (description: string) => Type.Integer({ description: `${description} Milliseconds since the epoch.` });

const AuthorSchema = Type.Object({
  id: Type.String({ description: 'Names the person in this room; "participant" of a mute.' }),
  name: Type.String(),
  role: Type.Union([
    Type.Literal('viewer'),
    Type.Literal('publisher'),
    Type.Literal('moderator'),
    Type.Literal('admin'),
  ]),
  isGuest: Type.Boolean({ description: 'They have no token and chose the name themselves.' }),
});

const messageMembers = {
  id: Type.Integer({ description: 'A later message of a room has a greater one.' }),
  time: Time('When it was said.'),
  author: AuthorSchema,
  text: Type.String({ description: 'Plain text; empty where the message has been deleted.' }),
  replyTo: Type.Optional(Type.Object({ id: Type.Integer(), name: Type.String(), text: Type.String() })),
  mentions: Type.Optional(
    Type.Array(Type.Object({ author: Type.String(), start: Type.Integer(), length: Type.Integer() })),
  ),
  danmaku: Type.Optional(
    Type.Object({
      color: Type.String({ description: '#rrggbb' }),
      size: Type.Union(DANMAKU_SIZES.map((size) => Type.Literal(size))),
      place: Type.Union(DANMAKU_PLACES.map((place) => Type.Literal(place))),
    }),
  ),
  editedAt: Type.Optional(Time('When the text was last changed.')),
  isDeleted: Type.Optional(Type.Literal(true)),
};

export const ChatMessagesSchema = Type.Object({
  messages: Type.Array(Type.Object(messageMembers)),
  isComplete: Type.Boolean({ description: 'Whether there are no more of them in the direction that was asked for.' }),
});

export const RecordedChatSchema = Type.Object({
  startedAt: Time('When the recording begins.'),
  messages: Type.Array(
    Type.Object({
      ...messageMembers,
      offset: Type.Number({ description: 'Seconds after the beginning of the recording.' }),
    }),
  ),
  isComplete: Type.Boolean({ description: 'Whether there are no later ones.' }),
});

export const ChatInfoSchema = Type.Object({
  presence: Type.Integer({ description: 'People in the chat.' }),
  mayWrite: Type.Boolean({ description: 'Whether who asks could write there, were they to join.' }),
  settings: Type.Object({
    guestsMayWrite: Type.Boolean(),
    slowMode: Type.Integer({ description: 'Seconds between two messages of one person; 0 for none.' }),
  }),
});

export const ChatPeopleSchema = Type.Array(
  Type.Object({
    ...AuthorSchema.properties,
    subject: Type.Optional(Type.String({ description: 'Who it is, where their token says so.' })),
    addresses: Type.Array(Type.String(), { description: 'Of each of their connections.' }),
    since: Time('When the first of them was made.'),
    isMuted: Type.Boolean(),
  }),
);
