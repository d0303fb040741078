/** Who may do what, as the settings say. */
import { randomBytes } from 'node:crypto';
import type { Role } from '../auth/actions.ts';
import { AccessWebhook } from '../auth/access-webhook.ts';
import { Authenticator } from '../auth/authenticator.ts';
import { JsonWebTokens } from '../auth/json-web-tokens.ts';
import { LoginSessions } from '../auth/login-sessions.ts';
import { OidcLogin } from '../auth/oidc-login.ts';
import { StaticTokens } from '../auth/static-tokens.ts';
import { TokenMinter } from '../auth/token-minter.ts';
import type { Config } from '../config/schema.ts';
import type { RoomSettingsStore } from '../moderation/room-settings.ts';
import type { LoginOptions } from '../http/http-options.ts';
import type { Database } from '../store/database.ts';
import { DatabaseEndedLogins } from './ended-logins.ts';

const ATTEMPT_KEY_BYTES = 32;

/** Builds what tells a request's sender from its tokens. */
export function createAuthenticator(
  config: Config,
  login: LoginOptions | undefined,
  roomSettings: RoomSettingsStore,
): Authenticator {
  const { authToken, roomTokens, adminToken } = config;
  return new Authenticator({
    tokens: new StaticTokens({ authToken, roomTokens, adminToken }),
    jsonWebTokens: new JsonWebTokens({
      secret: config.jwtSecret,
      keySetUrl: config.jwtKeySetUrl,
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
    }),
    logins: login?.sessions,
    guestRole: guestRoleOf(config),
    roomsWithToken: new Set(roomTokens.keys()),
    isClosedToGuests: (room) => roomSettings.isClosedToGuests(room),
  });
}

/** Builds the login; undefined where there is none. */
export function createLogin(config: Config, database: Database): LoginOptions | undefined {
  const { oidcIssuer, oidcClientId, oidcClientSecret, oidcRoleClaim, oidcRoles, loginLifetime } = config;
  if (oidcIssuer === '') return undefined;
  return {
    provider: new OidcLogin({
      issuer: oidcIssuer,
      clientId: oidcClientId,
      clientSecret: oidcClientSecret,
      roleClaim: oidcRoleClaim,
      roles: oidcRoles,
    }),
    sessions: new LoginSessions(oidcClientSecret, loginLifetime, new DatabaseEndedLogins(database)),
    attemptKey: randomBytes(ATTEMPT_KEY_BYTES),
  };
}

/** Builds what asks another program; undefined where none is to be asked. */
export function createAccessWebhook({ accessWebhookUrl, accessWebhookTimeout }: Config): AccessWebhook | undefined {
  if (accessWebhookUrl === '') return undefined;
  return new AccessWebhook({ url: accessWebhookUrl, timeout: accessWebhookTimeout });
}

/** Builds what signs tokens. */
export function createTokenMinter({ jwtSecret, jwtIssuer, jwtAudience }: Config): TokenMinter {
  return new TokenMinter({ secret: jwtSecret, issuer: jwtIssuer, audience: jwtAudience });
}

/** What everybody may be. Who sets up tokens wants them to be needed. */
export function guestRoleOf({ guestRole, authToken, jwtSecret, jwtKeySetUrl, oidcIssuer }: Config): Role | undefined {
  switch (guestRole) {
    case 'none':
      return undefined;
    case 'viewer':
    case 'publisher':
      return guestRole;
    case 'auto':
      return [authToken, jwtSecret, jwtKeySetUrl, oidcIssuer].every((text) => text === '') ? 'publisher' : undefined;
  }
}
