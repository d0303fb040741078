/** Login for people, by OpenID Connect. */
import { roleMappings } from './role-types.ts';
import { setting } from './setting.ts';
import type { Setting } from './setting.ts';
import { httpUrl, printableText } from './url-types.ts';
import { duration } from './value-types.ts';

export const LOGIN_SETTINGS = {
  oidcIssuer: setting({
    group: 'Access',
    name: 'OIDC_ISSUER',
    help:
      'OpenID Connect provider where people log in. It has to know HOST/api/login/callback of this server as a redirect ' +
      'URI.',
    type: httpUrl,
  }),
  oidcClientId: setting({
    group: 'Access',
    name: 'OIDC_CLIENT_ID',
    help: 'The name that the provider knows this server by.',
    type: printableText,
  }),
  oidcClientSecret: setting({
    group: 'Access',
    name: 'OIDC_CLIENT_SECRET',
    help: 'The secret that belongs to OIDC_CLIENT_ID. Another one ends all logins.',
    type: printableText,
    secret: true,
  }),
  oidcRoleClaim: setting({
    group: 'Access',
    name: 'OIDC_ROLE_CLAIM',
    default: 'roles',
    help: 'Claim of the ID token that says what somebody may do: a text, or a list of them.',
    type: printableText,
  }),
  oidcRoles: setting({
    group: 'Access',
    name: 'OIDC_ROLES',
    help:
      'Which role a value of OIDC_ROLE_CLAIM stands for, and in which rooms; in all where none are named. Who has none ' +
      'of the values is known by name and may do what guests may.',
    type: roleMappings,
  }),
  loginLifetime: setting({
    group: 'Access',
    name: 'LOGIN_LIFETIME',
    default: '12h',
    help: 'How long a login lasts.',
    type: duration(30 * 86_400_000),
  }),
} as const satisfies Record<string, Setting<unknown>>;
