/** Who is told what happens. */
import { eventTypes, webhookSecret } from './event-types.ts';
import { setting } from './setting.ts';
import type { Setting } from './setting.ts';
import { httpUrl } from './url-types.ts';
import { list } from './value-types.ts';

export const EVENT_SETTINGS = {
  webhookUrls: setting({
    group: 'Events',
    name: 'WEBHOOK_URLS',
    help:
      'Programs that are told, by POST with JSON, what happens in rooms: see docs/events.md. Each is told in order; what ' +
      'one does not take is kept in DATA_DIR and tried again for a day.',
    type: list(httpUrl),
    secret: true,
  }),
  webhookSecret: setting({
    group: 'Events',
    name: 'WEBHOOK_SECRET',
    help: 'Shared key that signs what WEBHOOK_URLS are told, as Standard Webhooks has it.',
    type: webhookSecret,
    secret: true,
  }),
  webhookEvents: setting({
    group: 'Events',
    name: 'WEBHOOK_EVENTS',
    default: 'room.*,publisher.*,recording.*,upload.*,ban.*,broadcast.*',
    help: 'Types of events that WEBHOOK_URLS are told. Those of viewers can be many.',
    type: eventTypes,
  }),
} as const satisfies Record<string, Setting<unknown>>;
