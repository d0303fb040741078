/** Login by an OpenID Connect provider: authorisation code with PKCE (OpenID Connect Core 3.1, RFC 7636). */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { ServiceError } from '../errors.ts';
import type { Person } from './login-sessions.ts';
import { membershipsOf, type RoleMapping } from './role-mapping.ts';

export interface OidcOptions {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Name of the claim that holds roles or groups. */
  roleClaim: string;
  roles: readonly RoleMapping[];
}

/** What has to be kept, by the browser that logs in, until the provider sends it back. */
export interface LoginAttempt {
  state: string;
  nonce: string;
  verifier: string;
  /** Path on this server to go to afterwards. */
  returnTo: string;
}

/** Seconds for an answer of the provider. */
const TIMEOUT = 5;
const NAME_LENGTH = 64;
const SCOPE = 'openid profile';

export class OidcLogin {
  readonly #options: OidcOptions;
  #configuration: Promise<Configuration> | undefined;

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  /** Where to send the browser. Rejects with login_unavailable where the provider cannot be reached. */
  async begin(callback: URL, returnTo: string): Promise<{ url: URL; attempt: LoginAttempt }> {
    const configuration = await this.#discover();
    const attempt = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), returnTo };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: callback.href,
      scope: SCOPE,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { url, attempt };
  }

  /**
   * Who has logged in, when the provider has sent the browser back to `current`. Rejects with login_refused where the
   * provider or the person said no, and with login_failed where the answer does not belong to the attempt.
   */
  async finish(current: URL, { state, nonce, verifier }: LoginAttempt): Promise<Person> {
    const configuration = await this.#discover();
    try {
      const tokens = await authorizationCodeGrant(configuration, current, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new ServiceError('login_failed');
      const name = [claims['name'], claims['preferred_username'], claims['email']].find(
        (one) => typeof one === 'string',
      );
      return {
        subject: claims.sub,
        name: name?.slice(0, NAME_LENGTH),
        memberships: membershipsOf(claims[this.#options.roleClaim], this.#options.roles),
      };
    } catch (cause) {
      throw new ServiceError(cause instanceof AuthorizationResponseError ? 'login_refused' : 'login_failed', { cause });
    }
  }

  /** What the provider says of itself, asked once; a failure is forgotten. */
  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    const url = new URL(issuer);
    const options = { timeout: TIMEOUT, ...(url.protocol === 'http:' ? { execute: [allowInsecureRequests] } : {}) };
    this.#configuration ??= discovery(url, clientId, clientSecret, undefined, options);
    try {
      return await this.#configuration;
    } catch (cause) {
      this.#configuration = undefined;
      throw new ServiceError('login_unavailable', { cause });
    }
  }
}
