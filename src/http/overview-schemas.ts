/** The shapes of what the console shows of the server as a whole. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

const OptionalNumber = (description: string) => Type.Optional(Type.Number({ description }));

export const OverviewSampleSchema = Type.Object({
  time: Type.Number({ description: 'Milliseconds since the epoch.' }),
  rooms: Type.Integer(),
  publishers: Type.Integer(),
  viewers: Type.Integer(),
  received: OptionalNumber('Bits a second from publishers since the sample before.'),
  sent: OptionalNumber('Bits a second to viewers.'),
  lostUp: OptionalNumber('Share of packets lost on the way from publishers; missing where there were none.'),
  lostDown: OptionalNumber('Share of packets lost on the way to viewers, as they report it.'),
  workers: Type.Array(
    Type.Object({
      index: Type.Integer(),
      up: Type.Boolean({ description: 'Whether it answers.' }),
      hasRoom: Type.Boolean({ description: 'Whether it takes more sessions.' }),
      cpu: OptionalNumber('Share of a core since the sample before.'),
      memory: OptionalNumber('Bytes.'),
      delay: OptionalNumber('Milliseconds by which its event loop was late, 99 of 100 times less.'),
    }),
  ),
});
export type OverviewSampleAnswer = Static<typeof OverviewSampleSchema>;

export const OverviewSchema = Type.Object({
  now: Type.Number({ description: "The server's clock: milliseconds since the epoch." }),
  samples: Type.Array(OverviewSampleSchema, {
    description: 'Of the last hour, the oldest first: every 5 seconds while somebody asks, every minute otherwise.',
  }),
});
export type Overview = Static<typeof OverviewSchema>;

export const SettingListSchema = Type.Array(
  Type.Object({
    name: Type.String({ description: 'The environment variable.' }),
    group: Type.String(),
    value: Type.Optional(Type.String({ description: 'As it holds; missing of secrets.' })),
    isSet: Type.Boolean({ description: 'Whether the environment sets it.' }),
    isSecret: Type.Boolean(),
    default: Type.String(),
    allowed: Type.String(),
    unit: Type.String(),
    help: Type.String(),
  }),
);
export type SettingList = Static<typeof SettingListSchema>;
