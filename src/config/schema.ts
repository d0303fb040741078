/** Every setting of the server, declared once. docs/configuration.md and .env.example are generated from here. */
import { allowedOrigins, announcedAddresses, listenAddress } from './address-types.ts';
import { setting } from './setting.ts';
import type { Setting } from './setting.ts';
import { roomTokens, secretToken } from './token-types.ts';
import { duration, integer, oneOf } from './value-types.ts';

export const SETTINGS = {
  httpAddress: setting({
    group: 'HTTP',
    name: 'HTTP_ADDR',
    default: ':8080',
    help: 'Where the HTTP server listens: pages and API. Without an address it listens on all, IPv4 and IPv6.',
    type: listenAddress,
  }),
  allowedOrigins: setting({
    group: 'Access',
    name: 'ALLOWED_ORIGIN',
    default: '*',
    help: 'Origins whose pages may call the API from a browser (CORS).',
    type: allowedOrigins,
  }),
  authToken: setting({
    group: 'Access',
    name: 'AUTH_TOKEN',
    help:
      'Token that every call of the API needs, as "Authorization: Bearer" or "X-Auth-Token". Empty: none is needed. ' +
      'Health checks and pages need none.',
    type: secretToken,
    secret: true,
  }),
  roomTokens: setting({
    group: 'Access',
    name: 'ROOM_TOKENS',
    help: 'Tokens of single rooms. In these rooms that token is needed in place of AUTH_TOKEN, to publish and to play.',
    type: roomTokens,
    secret: true,
  }),
  udpPort: setting({
    group: 'Media',
    name: 'UDP_PORT',
    default: '8189',
    help: 'UDP port for media of the first media worker; each further worker takes the next one. 0 takes any free port.',
    type: integer(0, 65_535),
  }),
  publicAddresses: setting({
    group: 'Media',
    name: 'PUBLIC_IP',
    help:
      'Addresses to announce to clients for media, most preferred first. A plain list replaces the own addresses of ' +
      'this machine; a list that begins with "+" stands before them. Empty announces the own addresses.',
    type: announcedAddresses,
  }),
  mediaWorkers: setting({
    group: 'Media',
    name: 'MEDIA_WORKERS',
    default: '1',
    help: 'Media worker processes. A room lives on one of them; each takes a UDP port of its own, counted from UDP_PORT.',
    type: integer(1, 64),
  }),
  maxSdpBytes: setting({
    group: 'Limits',
    name: 'MAX_SDP_BYTES',
    default: '65536',
    unit: 'bytes',
    help: 'Largest SDP offer or ICE fragment that is read; a larger one is refused with 413.',
    type: integer(1024, 1_048_576),
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
