/** Who may do what, as the settings say. */
import type { Role } from '../auth/actions.ts';
import { Authenticator } from '../auth/authenticator.ts';
import { JsonWebTokens } from '../auth/json-web-tokens.ts';
import { StaticTokens } from '../auth/static-tokens.ts';
import { TokenMinter } from '../auth/token-minter.ts';
import type { Config } from '../config/schema.ts';

/** Builds what tells a request's sender from its tokens. */
export function createAuthenticator(config: Config): Authenticator {
  const { authToken, roomTokens, adminToken } = config;
  return new Authenticator({
    tokens: new StaticTokens({ authToken, roomTokens, adminToken }),
    jsonWebTokens: new JsonWebTokens({
      secret: config.jwtSecret,
      keySetUrl: config.jwtKeySetUrl,
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
    }),
    guestRole: guestRoleOf(config),
    roomsWithToken: new Set(roomTokens.keys()),
  });
}

/** Builds what signs tokens. */
export function createTokenMinter({ jwtSecret, jwtIssuer, jwtAudience }: Config): TokenMinter {
  return new TokenMinter({ secret: jwtSecret, issuer: jwtIssuer, audience: jwtAudience });
}

/** What everybody may be. Who sets up tokens wants them to be needed. */
export function guestRoleOf({ guestRole, authToken, jwtSecret, jwtKeySetUrl }: Config): Role | undefined {
  switch (guestRole) {
    case 'none':
      return undefined;
    case 'viewer':
    case 'publisher':
      return guestRole;
    case 'auto':
      return authToken === '' && jwtSecret === '' && jwtKeySetUrl === '' ? 'publisher' : undefined;
  }
}
