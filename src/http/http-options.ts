/** What the HTTP server needs from the rest of the house. */
import type { FastifyBaseLogger } from 'fastify';
import type { Authenticator } from '../auth/authenticator.ts';
import type { AccessWebhook } from '../auth/access-webhook.ts';
import type { LoginSessions } from '../auth/login-sessions.ts';
import type { OidcLogin } from '../auth/oidc-login.ts';
import type { TokenMinter } from '../auth/token-minter.ts';
import type { Chat } from '../chat/chat.ts';
import type { EventReaders } from '../events/event-readers.ts';
import type { IceServers } from './ice-servers.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { Metrics, MetricSources } from '../metrics/metrics.ts';
import type { ServerHistory } from '../metrics/server-history.ts';
import type { Moderation } from '../moderation/moderation.ts';
import type { Participants } from '../moderation/participants.ts';
import type { RecordingLibrary } from '../recording/recording-library.ts';
import type { SignedLinks } from '../recording/signed-links.ts';
import type { RoomService } from '../sfu/room-service.ts';

/** 'starting' and 'draining' servers are alive but not ready. */
export type ServerState = 'starting' | 'ready' | 'draining';

/** What TLS_CERT_FILE and TLS_KEY_FILE hold. */
export interface TlsFiles {
  cert: Buffer;
  key: Buffer;
}

/** Login for people. */
export interface LoginOptions {
  provider: OidcLogin;
  sessions: LoginSessions;
  /** Seals a login that has begun, 32 bytes. */
  attemptKey: Uint8Array;
}

/** A setting as an operator may see it. */
export interface ShownSetting {
  name: string;
  group: string;
  /** Undefined where it is secret. */
  value: string | undefined;
  isSet: boolean;
  isSecret: boolean;
  default: string;
  allowed: string;
  unit: string;
  help: string;
}

export interface HttpOptions {
  rooms: RoomService;
  access: Authenticator;
  minter: TokenMinter;
  /** Asked before each session; undefined where nobody is. */
  accessWebhook: AccessWebhook | undefined;
  /** Undefined where nobody can log in. */
  login: LoginOptions | undefined;
  /** Who is in which session. */
  participants: Participants;
  /** Settings of rooms, bans, the audit log. */
  moderation: Moderation;
  chat: Chat;
  /** Connections to chats from one address; 0 for no limit. */
  maxChatsPerAddress: number;
  /** How long a session may outlive its token, ms. */
  sessionGraceMs: number;
  /** Those who are told what happens in rooms. */
  eventReaders: EventReaders;
  recordings: RecordingLibrary;
  /** Signs links to recordings; undefined where no token is needed. */
  links: SignedLinks | undefined;
  /** Whether what is published is recorded; not told where it is undefined. */
  isRecordingOn?: boolean | undefined;
  log: FastifyBaseLogger;
  /** Asked for each /readyz. */
  state(): ServerState;
  metrics: Metrics;
  metricSources: MetricSources;
  history: ServerHistory;
  /** Those that hold in this server. */
  settings: readonly ShownSetting[];
  /** Guards /metrics; empty where everybody may read it. */
  metricsToken: string;
  iceServers: IceServers;
  rateLimiter: RateLimiter;
  /** TCP connections from one address; 0 for no limit. */
  maxConnectionsPerAddress: number;
  /** Proxies whose X-Forwarded-For counts: addresses, networks (CIDR), or names that Fastify knows. */
  trustedProxies: readonly string[];
  allowedOrigins: '*' | readonly string[];
  /** Largest SDP offer or ICE fragment. */
  maxSdpBytes: number;
  /** Scheme, host and port of links to uploaded recordings; undefined where nothing is uploaded. */
  storeOrigin: string | undefined;
  /** Folder of the built pages. */
  pagesDirectory: string;
  /** Certificate and key in PEM; undefined for plain HTTP. */
  tls: TlsFiles | undefined;
}
