/** An HTTP server without tokens, limits, pages and log, for tests of what is behind it. */
import { pino } from 'pino';
import { Authenticator } from '../../auth/authenticator.ts';
import { JsonWebTokens } from '../../auth/json-web-tokens.ts';
import { TokenMinter } from '../../auth/token-minter.ts';
import { StaticTokens } from '../../auth/static-tokens.ts';
import { EventLog } from '../../events/event-log.ts';
import { EventReaders } from '../../events/event-readers.ts';
import { Chat } from '../../chat/chat.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { ServerHistory } from '../../metrics/server-history.ts';
import { openModeration } from '../../moderation/moderation.ts';
import { Participants } from '../../moderation/participants.ts';
import { DEFAULT_ROOM_SETTINGS } from '../../moderation/room-settings.ts';
import { Catalogue } from '../../recording/catalogue.ts';
import { RecordingLibrary } from '../../recording/recording-library.ts';
import { DatabaseChatStore } from '../../server/chat-store.ts';
import type { RoomService } from '../../sfu/room-service.ts';
import { Database } from '../../store/database.ts';
import type { HttpOptions } from '../http-options.ts';
import { RateLimiter } from '../rate-limit.ts';

/** Options of such a server. */
export function openOptions(rooms: RoomService): HttpOptions {
  const log = pino({ level: 'silent' });
  const directory = '/nonexistent';
  const catalogue = new Catalogue({ directory, log });
  return {
    rooms,
    access: new Authenticator({
      tokens: new StaticTokens({ authToken: '', roomTokens: new Map(), adminToken: '' }),
      jsonWebTokens: new JsonWebTokens({ secret: '', keySetUrl: '', issuer: '', audience: '' }),
      logins: undefined,
      guestRole: 'publisher',
      roomsWithToken: new Set(),
    }),
    accessWebhook: undefined,
    login: undefined,
    minter: new TokenMinter({ secret: '', issuer: '', audience: '' }),
    participants: new Participants(),
    moderation: openModeration(Database.inMemory(), { auditRetentionMs: 0 }),
    chat: openChat(),
    maxChatsPerAddress: 0,
    sessionGraceMs: 0,
    eventReaders: new EventReaders({ log: new EventLog({ ids: { last: 0, next: () => 1 } }) }),
    recordings: new RecordingLibrary({ catalogue, uploads: undefined, directory }),
    links: undefined,
    storeOrigin: undefined,
    metrics: new Metrics(),
    metricSources: {
      workers: () => Promise.resolve([]),
      counts: () => ({ rooms: 0, publishers: 0, subscribers: 0 }),
      recordings: () => ({ states: {}, bytes: 0, queue: 0 }),
    },
    history: new ServerHistory({
      workers: () => Promise.resolve([]),
      counts: () => ({ rooms: 0, publishers: 0, subscribers: 0 }),
    }),
    settings: [],
    metricsToken: '',
    log,
    state: () => 'ready',
    iceServers: { stunUrls: [], turnUrls: [], turnUsername: '', turnPassword: '' },
    maxConnectionsPerAddress: 0,
    rateLimiter: new RateLimiter({ perSecond: 0, burst: 0 }),
    trustedProxies: [],
    allowedOrigins: '*',
    maxSdpBytes: 65_536,
    pagesDirectory: '',
    tls: undefined,
  };
}

function openChat(): Chat {
  return new Chat({
    store: new DatabaseChatStore(Database.inMemory()),
    rules: {
      settings: () => DEFAULT_ROOM_SETTINGS,
      mute: () => undefined,
      isClosedToGuests: () => false,
    },
    onModerated: () => undefined,
    onError: () => undefined,
  });
}
