/** Every setting of the server, declared once. docs/configuration.md and .env.example are generated from here. */
import { ACCESS_SETTINGS } from './access-settings.ts';
import { announcedAddresses, listenAddress, proxyList } from './address-types.ts';
import { CHAT_SETTINGS } from './chat-settings.ts';
import { workerCount } from './core-count.ts';
import { EVENT_SETTINGS } from './event-settings.ts';
import { LOGIN_SETTINGS } from './login-settings.ts';
import { followingPort } from './port-types.ts';
import { RECORDING_SETTINGS } from './recording-settings.ts';
import { setting } from './setting.ts';
import type { Setting } from './setting.ts';
import { printableText, stunUrl, turnUrl, urlList } from './url-types.ts';
import { decimal, duration, filePath, integer, onOff, oneOf } from './value-types.ts';

export const SETTINGS = {
  ...ACCESS_SETTINGS,
  ...LOGIN_SETTINGS,
  ...RECORDING_SETTINGS,
  ...CHAT_SETTINGS,
  ...EVENT_SETTINGS,
  httpAddress: setting({
    group: 'HTTP',
    name: 'HTTP_ADDR',
    default: ':8080',
    help: 'Where the HTTP server listens: pages and API. Without an address it listens on all, IPv4 and IPv6.',
    type: listenAddress,
  }),
  tlsCertFile: setting({
    group: 'HTTP',
    name: 'TLS_CERT_FILE',
    help: 'Certificate chain in PEM for HTTPS; read again on SIGHUP. Without it the server speaks plain HTTP.',
    type: filePath,
  }),
  tlsKeyFile: setting({
    group: 'HTTP',
    name: 'TLS_KEY_FILE',
    help: "The certificate's private key in PEM; read again on SIGHUP.",
    type: filePath,
  }),
  trustedProxies: setting({
    group: 'HTTP',
    name: 'TRUST_PROXY',
    help:
      'Proxies in front of this server whose X-Forwarded-For names the client. Set it behind a proxy, or all clients ' +
      'count as one for RATE_LIMIT_RPS.',
    type: proxyList,
  }),
  stunUrls: setting({
    group: 'Media',
    name: 'STUN_URLS',
    default: 'stun:stun.l.google.com:19302',
    help: 'STUN servers for clients: handed out as Link headers and to the pages.',
    type: urlList(stunUrl),
  }),
  turnUrls: setting({
    group: 'Media',
    name: 'TURN_URLS',
    help: 'TURN servers for clients behind firewalls, handed out in the same way.',
    type: urlList(turnUrl),
  }),
  turnUsername: setting({
    group: 'Media',
    name: 'TURN_USERNAME',
    help: 'User name for all of TURN_URLS.',
    type: printableText,
  }),
  turnPassword: setting({
    group: 'Media',
    name: 'TURN_PASSWORD',
    help: 'Password for all of TURN_URLS. Everybody who may publish or play gets to know it.',
    type: printableText,
    secret: true,
  }),
  udpPort: setting({
    group: 'Media',
    name: 'UDP_PORT',
    default: '8189',
    help: 'UDP port for media of the first media worker; each further worker takes the next one. 0 takes any free port.',
    type: integer(0, 65_535),
  }),
  tcpPort: setting({
    group: 'Media',
    name: 'TCP_PORT',
    unit: 'empty is the number of UDP_PORT',
    help:
      'TCP port for media of the first media worker, for clients whose network lets no UDP through; each further worker ' +
      'takes the next one. 0 takes any free port, off none.',
    type: followingPort,
  }),
  publicAddresses: setting({
    group: 'Media',
    name: 'PUBLIC_IP',
    help:
      'Addresses to announce to clients for media, most preferred first. A plain list replaces the own addresses of ' +
      'this machine; a list that begins with "+" stands before them. Empty announces the own addresses. auto asks the ' +
      'servers of STUN_URLS by which address they see this machine, and puts it before the own ones.',
    type: announcedAddresses,
  }),
  mediaWorkers: setting({
    group: 'Media',
    name: 'MEDIA_WORKERS',
    unit: 'empty is one a processor core',
    help:
      'Media worker processes; the viewers of a room spread over them. Each takes ports of its own, counted from UDP_PORT ' +
      'and TCP_PORT: all have to be open. Set 1 where only one port is. The cores are those that the CPU set and the ' +
      'CPU quota of a container leave.',
    type: workerCount(64),
  }),
  publisherTakeover: setting({
    group: 'Media',
    name: 'PUBLISHER_TAKEOVER',
    default: '1',
    help: 'With 1 a new publisher replaces the one that is in the room; with 0 it is refused with 409.',
    type: onOff,
  }),
  waitForPublisher: setting({
    group: 'Media',
    name: 'WAIT_FOR_PUBLISHER',
    default: '1',
    help: 'With 1 viewers may come before a publisher and wait; with 0 they are refused with 409 until one is there.',
    type: onOff,
  }),
  roomLinger: setting({
    group: 'Media',
    name: 'ROOM_LINGER',
    default: '5m',
    help:
      'How long viewers stay connected when their publisher has left; they go on without a new session when it, or ' +
      'another, comes in this time. With 0s they are ended with the broadcast.',
    type: duration(86_400_000),
  }),
  gopCache: setting({
    group: 'Media',
    name: 'GOP_CACHE',
    default: '12s',
    help:
      'The newest keyframe and what follows it are kept for this long, so that a viewer has a picture at once where ' +
      'the publisher sends keyframes seldom and does not answer requests for one (OBS). 0s keeps nothing.',
    type: duration(60_000),
  }),
  maxSubscribersPerRoom: setting({
    group: 'Limits',
    name: 'MAX_SUBS_PER_ROOM',
    default: '0',
    unit: 'viewers, 0 for no limit',
    help: 'Viewers that one room may have; one more is refused with 503.',
    type: integer(0, 1_000_000),
  }),
  maxRooms: setting({
    group: 'Limits',
    name: 'MAX_ROOMS',
    default: '0',
    unit: 'rooms, 0 for no limit',
    help: 'Rooms that may be open, with a publisher or with viewers that wait; one more is refused with 503.',
    type: integer(0, 1_000_000),
  }),
  maxViewers: setting({
    group: 'Limits',
    name: 'MAX_VIEWERS',
    default: '0',
    unit: 'viewers, 0 for no limit',
    help: 'Viewers of all rooms together; one more is refused with 503.',
    type: integer(0, 1_000_000),
  }),
  workerLoadLimit: setting({
    group: 'Limits',
    name: 'WORKER_LOAD_LIMIT',
    default: '80',
    unit: '% of a core, 0 for no limit',
    help:
      'Load beyond which a media worker takes no more sessions, so that those that it has are not harmed. When all are ' +
      'beyond it, or cannot send in time, new sessions are refused with 503.',
    type: integer(0, 100),
  }),
  rateLimitPerSecond: setting({
    group: 'Limits',
    name: 'RATE_LIMIT_RPS',
    default: '0',
    unit: 'calls a second, 0 for no limit',
    help: 'API calls that one client address (of IPv6: one /64 network) may make in the long run; more answer 429.',
    type: decimal(1_000_000),
  }),
  rateLimitBurst: setting({
    group: 'Limits',
    name: 'RATE_LIMIT_BURST',
    default: '0',
    unit: "calls, 0 for one second's worth",
    help: 'API calls that one client address may make at once.',
    type: integer(0, 1_000_000),
  }),
  maxConnectionsPerAddress: setting({
    group: 'Limits',
    name: 'MAX_CONNECTIONS_PER_ADDRESS',
    default: '1000',
    unit: 'connections, 0 for no limit',
    help:
      'TCP connections to HTTP_ADDR that one client address (of IPv6: one /64 network) may have, whatever they are for; ' +
      'one more is refused with 429. Those of TRUST_PROXY have no limit. More must fit into the limit of open files.',
    type: integer(0, 1_000_000),
  }),
  maxSdpBytes: setting({
    group: 'Limits',
    name: 'MAX_SDP_BYTES',
    default: '65536',
    unit: 'bytes',
    help: 'Largest SDP offer or ICE fragment that is read; a larger one is refused with 413.',
    type: integer(1024, 1_048_576),
  }),
  dataDirectory: setting({
    group: 'Operation',
    name: 'DATA_DIR',
    default: 'data',
    help:
      "Folder of the server's database: settings of rooms, bans, chat. Made where it is missing; one server at a time " +
      'can use it.',
    type: filePath,
  }),
  auditRetention: setting({
    group: 'Operation',
    name: 'AUDIT_RETENTION',
    default: '180',
    unit: 'days, 0 for good',
    help: 'How long the log of what operators and moderators have done keeps its entries.',
    type: integer(0, 3650),
  }),
  shutdownTimeout: setting({
    group: 'Operation',
    name: 'SHUTDOWN_TIMEOUT',
    default: '10s',
    help: 'How long SIGTERM or Ctrl+C lets sessions and requests end before the rest is cut off.',
    type: duration(3_600_000),
  }),
  logLevel: setting({
    group: 'Operation',
    name: 'LOG_LEVEL',
    default: 'info',
    help: 'Least important events to log.',
    type: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace'),
  }),
  logFormat: setting({
    group: 'Operation',
    name: 'LOG_FORMAT',
    default: 'json',
    help: 'json writes one JSON object a line, pretty a line for people.',
    type: oneOf('json', 'pretty'),
  }),
} as const satisfies Record<string, Setting<unknown>>;

type Settings = typeof SETTINGS;

/** The values of all settings. */
export type Config = { readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never };
