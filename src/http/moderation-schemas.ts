/** The shapes of the API that keep order in rooms. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

const Reason = Type.Optional(Type.String({ description: 'Why, for the audit log.' }));
const Time = (description: string) => Type.String({ format: 'date-time', description });

const settingsMembers = {
  title: Type.String({ description: "Shown in place of the room's name; empty for none." }),
  description: Type.String(),
  listed: Type.Boolean({ description: 'Whether the list of rooms shows it to others than its moderators.' }),
  publishers: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'The subjects ("sub") that may publish, where their role may; null for everybody whose role may.',
  }),
  viewerLimit: Type.Integer({ minimum: 0, description: "0 for no limit but the server's." }),
  joinsPerMinute: Type.Integer({ minimum: 0, description: 'Viewers that may join in a minute; 0 for no limit.' }),
  membersOnly: Type.Boolean({ description: 'Nobody gets in without a token, whatever GUEST_ROLE says.' }),
  recording: Type.Boolean({
    description: 'Whether it is recorded, where RECORD_ENABLED is on; from the next publisher.',
  }),
  chat: Type.Boolean({ description: 'Whether there is a chat.' }),
  guestChat: Type.Boolean({ description: 'Whether people without a token may write in the chat.' }),
  slowMode: Type.Integer({ minimum: 0, description: 'Seconds between two messages of one person; 0 for none.' }),
  blockedWords: Type.Array(Type.String(), { description: 'Messages of the chat with one of these are refused.' }),
};

/** What PUT takes: what is missing gets its usual value. */
export const RoomSettingsRequestSchema = Type.Partial(
  Type.Object({
    ...settingsMembers,
    password: Type.Union([Type.String(), Type.Null()], {
      description:
        'Lets people without a token watch, who send it as one; nobody else without a token gets in. ' +
        'null removes it; where it is missing, it stays as it was.',
    }),
  }),
);

export const RoomSettingsSchema = Type.Object({
  room: Type.String(),
  ...settingsMembers,
  hasPassword: Type.Boolean(),
  locked: Type.Boolean({ description: 'Whether nobody new gets in.' }),
  open: Type.Boolean({ description: 'Whether anybody is there at present.' }),
  updatedAt: Type.Optional(Time('Missing where nobody has set it up.')),
});
export type RoomSettingsAnswer = Static<typeof RoomSettingsSchema>;

export const RoomSettingsListSchema = Type.Array(RoomSettingsSchema);

export const RoomLockSchema = Type.Object({ locked: Type.Boolean({ description: 'Whether nobody new gets in.' }) });
export type RoomLock = Static<typeof RoomLockSchema>;

export const ParticipantSchema = Type.Object({
  id: Type.String({ description: 'Names the session for moderators, for as long as it lasts.' }),
  role: Type.Union([Type.Literal('publish'), Type.Literal('play')]),
  since: Type.Optional(Time('When the session was opened.')),
  state: Type.Optional(Type.Union([Type.Literal('connecting'), Type.Literal('connected')])),
  subject: Type.Optional(Type.String({ description: 'Who it is, where their token says so.' })),
  name: Type.Optional(Type.String()),
  address: Type.String(),
  userAgent: Type.Optional(Type.String()),
  bitrate: Type.Optional(Type.Number({ description: 'Bits a second: received from a publisher, sent to a viewer.' })),
  packets: Type.Optional(Type.Number()),
  packetsLost: Type.Optional(Type.Number()),
  roundTripTime: Type.Optional(Type.Number({ description: 'Milliseconds; missing until reports have told it.' })),
  jitter: Type.Optional(Type.Number({ description: 'Milliseconds; missing until reports have told it.' })),
});
export type ParticipantAnswer = Static<typeof ParticipantSchema>;

export const ParticipantListSchema = Type.Array(ParticipantSchema);

export const ReasonSchema = Type.Object({ reason: Reason });

const banTerms = {
  reason: Reason,
  duration: Type.Optional(Type.Integer({ minimum: 1, description: 'Seconds; missing for good.' })),
};

export const BanRequestSchema = Type.Object(
  {
    subject: Type.Optional(Type.String({ description: 'The "sub" of a token.' })),
    address: Type.Optional(Type.String({ description: 'An address, or a network (CIDR).' })),
    participant: Type.Optional(
      Type.String({ description: 'Who is behind a session: the subject where there is one, otherwise the address.' }),
    ),
    ...banTerms,
    preview: Type.Optional(Type.Boolean({ description: 'Only tells how many sessions the ban would end.' })),
  },
  { description: 'One of subject, address and participant.' },
);

export const BanSchema = Type.Object({
  id: Type.Integer(),
  room: Type.Optional(Type.String({ description: 'Missing where it holds everywhere.' })),
  subject: Type.Optional(Type.String()),
  address: Type.Optional(Type.String()),
  reason: Type.String(),
  createdBy: Type.String(),
  createdAt: Time('When it was made.'),
  endsAt: Type.Optional(Time('Missing where it holds for good.')),
});
export type BanAnswer = Static<typeof BanSchema>;

export const BanListSchema = Type.Array(BanSchema);

const sessions = Type.Integer({ description: 'Live sessions that it is for; several people may share an address.' });

export const NewBanSchema = Type.Object({ ...BanSchema.properties, sessions });
export const BanPreviewSchema = Type.Object({ sessions });

export const MuteRequestSchema = Type.Object(
  {
    subject: Type.Optional(Type.String({ description: 'The "sub" of a token.' })),
    participant: Type.Optional(Type.String({ description: 'Somebody in the chat who has no subject.' })),
    ...banTerms,
  },
  { description: 'One of subject and participant.' },
);

export const MuteSchema = Type.Object({
  id: Type.Integer(),
  subject: Type.Optional(Type.String()),
  participant: Type.Optional(Type.String()),
  guestAddresses: Type.Optional(
    Type.Array(Type.String(), { description: 'Guests of these addresses are muted with the participant.' }),
  ),
  reason: Type.String(),
  createdBy: Type.String(),
  createdAt: Time('When it was made.'),
  endsAt: Type.Optional(Time('Missing where it holds for good.')),
});
export type MuteAnswer = Static<typeof MuteSchema>;

export const MuteListSchema = Type.Array(MuteSchema);

export const AuditPageSchema = Type.Object({
  entries: Type.Array(
    Type.Object({
      id: Type.Integer(),
      time: Time('When it was done.'),
      token: Type.Union([Type.Literal('none'), Type.Literal('setting'), Type.Literal('signed')], {
        description: 'What showed their rights: nothing, a token of the settings, a signed token or a login.',
      }),
      subject: Type.Optional(Type.String()),
      name: Type.Optional(Type.String()),
      address: Type.String(),
      action: Type.String({ description: 'docs/access.md lists them.' }),
      room: Type.Optional(Type.String()),
      target: Type.Optional(Type.String({ description: 'Whom or what it was done to.' })),
      reason: Type.Optional(Type.String()),
    }),
    { description: 'The newest first.' },
  ),
  next: Type.Optional(Type.Integer({ description: 'For "before", where there are more.' })),
});
export type AuditPage = Static<typeof AuditPageSchema>;
