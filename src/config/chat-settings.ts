/** The chat. */
import { setting } from './setting.ts';
import type { Setting } from './setting.ts';
import { decimal, integer } from './value-types.ts';

export const CHAT_SETTINGS = {
  chatRetention: setting({
    group: 'Chat',
    name: 'CHAT_RETENTION',
    default: '30',
    unit: 'days, 0 for good',
    help: 'How long messages of chats are kept, those that play along with recordings too; the newest million at most.',
    type: integer(0, 3650),
  }),
  maxChatsPerAddress: setting({
    group: 'Chat',
    name: 'MAX_CHATS_PER_ADDRESS',
    default: '100',
    unit: 'connections, 0 for no limit',
    help:
      'Connections to chats that one client address (of IPv6: one /64 network) may have; one more is refused with 429. ' +
      'Behind a proxy, set TRUST_PROXY.',
    type: integer(0, 1_000_000),
  }),
  guestChatRate: setting({
    group: 'Chat',
    name: 'GUEST_CHAT_RATE_PER_ADDRESS',
    default: '5',
    unit: 'messages a second, 0 for no limit',
    help:
      'Messages that guests of one client address (of IPv6: one /64 network) may write together in a room in the long ' +
      'run, four seconds of them at once; as often they may ask for earlier messages. People with a token or a login ' +
      'do not count. Behind a proxy, set TRUST_PROXY.',
    type: decimal(1_000_000),
  }),
} as const satisfies Record<string, Setting<unknown>>;
