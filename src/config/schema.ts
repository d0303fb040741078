/** Every setting of the server, declared once. docs/configuration.md and .env.example are generated from here. */
import { allowedOrigins, announcedAddresses, listenAddress, proxyList } from './address-types.ts';
import { workerCount } from './core-count.ts';
import { followingPort } from './port-types.ts';
import { bucketName, keyPrefix, retention, s3Endpoint } from './recording-types.ts';
import { setting } from './setting.ts';
import type { Setting } from './setting.ts';
import { byteSize } from './size-types.ts';
import { roomTokens, secretToken, signingSecret } from './token-types.ts';
import { httpUrl, printableText, stunUrl, turnUrl, urlList } from './url-types.ts';
import { decimal, duration, filePath, integer, list, onOff, oneOf } from './value-types.ts';

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
  adminToken: setting({
    group: 'Access',
    name: 'ADMIN_TOKEN',
    help: 'Token of an admin: for /api/admin, and everything else. Without it, and without JWTs, the admin API is not there.',
    type: secretToken,
    secret: true,
  }),
  guestRole: setting({
    group: 'Access',
    name: 'GUEST_ROLE',
    default: 'auto',
    help:
      'What everybody may do without a token, in rooms that have none of their own: nothing, watch, or also publish. ' +
      'auto is none where AUTH_TOKEN, JWT_SECRET or JWT_JWKS_URL is set, and publisher otherwise.',
    type: oneOf('auto', 'none', 'viewer', 'publisher'),
  }),
  jwtSecret: setting({
    group: 'Access',
    name: 'JWT_SECRET',
    help: "Shared key of JSON Web Tokens that are signed with HS256, this server's own among them.",
    type: signingSecret,
    secret: true,
  }),
  jwtKeySetUrl: setting({
    group: 'Access',
    name: 'JWT_JWKS_URL',
    help: 'Where the public keys are (a JSON Web Key Set) of JSON Web Tokens that are signed with RSA, ECDSA or EdDSA.',
    type: httpUrl,
  }),
  jwtIssuer: setting({
    group: 'Access',
    name: 'JWT_ISSUER',
    unit: 'empty for any',
    help: 'The "iss" that JSON Web Tokens must have.',
    type: printableText,
  }),
  jwtAudience: setting({
    group: 'Access',
    name: 'JWT_AUDIENCE',
    unit: 'empty for any',
    help: 'The "aud" that JSON Web Tokens must have.',
    type: printableText,
  }),
  jwtGrace: setting({
    group: 'Access',
    name: 'JWT_GRACE',
    default: '1m',
    help: 'How long a session may go on when the JSON Web Token that opened it has expired.',
    type: duration(86_400_000),
  }),
  metricsToken: setting({
    group: 'Access',
    name: 'METRICS_TOKEN',
    help: 'Token for /metrics, as "Authorization: Bearer". Empty: everybody may read it.',
    type: secretToken,
    secret: true,
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
  trustedProxies: setting({
    group: 'HTTP',
    name: 'TRUST_PROXY',
    help:
      'Proxies in front of this server whose X-Forwarded-For names the client. Set it behind a proxy, or all clients ' +
      'count as one for RATE_LIMIT_RPS.',
    type: proxyList,
  }),
  maxSdpBytes: setting({
    group: 'Limits',
    name: 'MAX_SDP_BYTES',
    default: '65536',
    unit: 'bytes',
    help: 'Largest SDP offer or ICE fragment that is read; a larger one is refused with 413.',
    type: integer(1024, 1_048_576),
  }),
  recordEnabled: setting({
    group: 'Recording',
    name: 'RECORD_ENABLED',
    default: '0',
    help: 'With 1 every publication is recorded while it is forwarded.',
    type: onOff,
  }),
  recordDirectory: setting({
    group: 'Recording',
    name: 'RECORD_DIR',
    default: 'records',
    help: 'Folder of the recordings, one folder a room in it; made where it is missing.',
    type: filePath,
  }),
  recordFormats: setting({
    group: 'Recording',
    name: 'RECORD_FORMATS',
    default: 'elementary,muxed',
    help:
      'Files of a recording. elementary: one a track, IVF with VP8, VP9 or AV1 and Ogg with Opus. muxed: one with ' +
      'picture and sound, WebM for VP8 and fragmented MP4 for the others.',
    type: list(oneOf('elementary', 'muxed')),
  }),
  recordSegment: setting({
    group: 'Recording',
    name: 'RECORD_SEGMENT',
    default: '0',
    unit: '0 for never',
    help: 'A new recording is begun at the first keyframe after so long.',
    type: duration(86_400_000),
  }),
  recordMinFree: setting({
    group: 'Recording',
    name: 'RECORD_MIN_FREE',
    default: '1G',
    help:
      'Space that recordings leave free on their disk. Below it they are finished with an error, the rooms stay live, ' +
      'and recording begins again when there is room.',
    type: byteSize(2 ** 50),
  }),
  recordRetention: setting({
    group: 'Recording',
    name: 'RECORD_RETENTION',
    unit: 'empty keeps all',
    help:
      'How long recordings are kept, and how much space they may take together: the oldest are removed. One that is ' +
      'being recorded, or that has not been uploaded while UPLOAD_RECORDINGS is 1, is not. Of an uploaded one only the ' +
      'local files are removed.',
    type: retention,
  }),
  uploadRecordings: setting({
    group: 'Recording',
    name: 'UPLOAD_RECORDINGS',
    default: '0',
    help: 'With 1 every finished recording is uploaded to S3_BUCKET, also those that are there already.',
    type: onOff,
  }),
  deleteAfterUpload: setting({
    group: 'Recording',
    name: 'DELETE_RECORDING_AFTER_UPLOAD',
    default: '0',
    help:
      'With 1 the local files of a recording are deleted once the store has confirmed their size and checksum. They ' +
      'are listed on, with links to the store.',
    type: onOff,
  }),
  s3Endpoint: setting({
    group: 'Recording',
    name: 'S3_ENDPOINT',
    help:
      'Server for UPLOAD_RECORDINGS that speaks S3. Links to uploaded recordings lead there: viewers have to reach it ' +
      'by this name. A URL says by its scheme whether TLS is used.',
    type: s3Endpoint,
  }),
  s3Region: setting({
    group: 'Recording',
    name: 'S3_REGION',
    unit: 'empty is us-east-1',
    help: 'Region of the bucket.',
    type: printableText,
  }),
  s3Bucket: setting({
    group: 'Recording',
    name: 'S3_BUCKET',
    help: 'Bucket for the recordings. It has to be there.',
    type: bucketName,
  }),
  s3AccessKey: setting({
    group: 'Recording',
    name: 'S3_ACCESS_KEY',
    help: 'Id of the key that may write, read and delete in the bucket.',
    type: printableText,
    secret: true,
  }),
  s3SecretKey: setting({
    group: 'Recording',
    name: 'S3_SECRET_KEY',
    help: 'The secret part of that key.',
    type: printableText,
    secret: true,
  }),
  s3UseSsl: setting({
    group: 'Recording',
    name: 'S3_USE_SSL',
    default: '1',
    help: 'With 1 the server is spoken to by HTTPS, with 0 by plain HTTP, unless S3_ENDPOINT says which.',
    type: onOff,
  }),
  s3PathStyle: setting({
    group: 'Recording',
    name: 'S3_PATH_STYLE',
    default: '0',
    help: 'With 1 the bucket is in the path of URLs, as most servers other than Amazon want it; with 0 in their host.',
    type: onOff,
  }),
  s3Prefix: setting({
    group: 'Recording',
    name: 'S3_PREFIX',
    help: 'Beginning of the names of objects; the name of the recorded file follows right behind it.',
    type: keyPrefix,
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
