/** Who may do what. */
import { allowedOrigins } from './address-types.ts';
import { setting } from './setting.ts';
import type { Setting } from './setting.ts';
import { roomTokens, secretToken, signingSecret } from './token-types.ts';
import { httpUrl, printableText } from './url-types.ts';
import { duration, oneOf } from './value-types.ts';

export const ACCESS_SETTINGS = {
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
      'auto is none where AUTH_TOKEN, JWT_SECRET, JWT_JWKS_URL or OIDC_ISSUER is set, and publisher otherwise.',
    type: oneOf('auto', 'none', 'viewer', 'publisher'),
  }),
  accessWebhookUrl: setting({
    group: 'Access',
    name: 'AUTH_WEBHOOK_URL',
    help:
      'Program that is asked, by POST with JSON, before anybody publishes or plays who may by the settings above. It lets ' +
      'in by a 2xx. Where it does not answer, nobody gets in.',
    type: httpUrl,
  }),
  accessWebhookTimeout: setting({
    group: 'Access',
    name: 'AUTH_WEBHOOK_TIMEOUT',
    default: '3s',
    help: 'How long AUTH_WEBHOOK_URL may take for an answer.',
    type: duration(60_000),
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
} as const satisfies Record<string, Setting<unknown>>;
