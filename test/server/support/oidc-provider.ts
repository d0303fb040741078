/** A real OpenID Connect provider on loopback, and a person who logs in there with a browser that keeps cookies. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

const CLIENT_ID = 'live';
const CLIENT_SECRET = 'a-client-secret-of-the-provider';

export interface TestProvider {
  issuer: string;
  /** Settings of a server that uses it. */
  settings: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts a provider whose accounts have their name as their only group; it sends people back to any of `callbacks`. */
export async function startProvider(callbacks: readonly string[]): Promise<TestProvider> {
  const http: Server = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [...callbacks] }],
    claims: { profile: ['name', 'groups'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['a-key-of-the-tests'] },
    pkce: { required: () => true },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id.toUpperCase()} Example`, groups: [id] }),
    }),
  });
  const answer = provider.callback();
  http.on('request', (request, response) => void answer(request, response));
  return {
    issuer,
    settings: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_ROLE_CLAIM: 'groups',
      OIDC_ROLES: 'staff=admin;teacher=publisher@class-*',
    },
    async stop() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

/** Follows redirects, keeps cookies and fills in forms, as a browser does. */
export class TestBrowser {
  readonly #cookies = new Map<string, string>();

  /** The Cookie header of a request. */
  cookiesFor(url: string): string {
    const prefix = `${new URL(url).host} `;
    const cookies = [...this.#cookies].filter(([name]) => name.startsWith(prefix));
    return cookies.map(([name, value]) => `${name.slice(prefix.length)}=${value}`).join('; ');
  }

  /** A request with the cookies of its host; redirects are not followed. */
  async request(url: string, options: RequestInit = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    const prefix = `${new URL(url).host} `;
    headers.set('Cookie', this.cookiesFor(url));
    const response = await fetch(url, { ...options, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '' || /max-age=0/i.test(cookie)) this.#cookies.delete(prefix + name);
      else this.#cookies.set(prefix + name, value);
    }
    return response;
  }

  /** Goes to an address and through the provider's forms as this person; returns the page that is reached. */
  async logIn(address: string, account: string): Promise<{ url: string; response: Response }> {
    let url = address;
    let response = await this.request(url);
    for (let step = 0; step < 20; step++) {
      const location = response.headers.get('location');
      if (location !== null) {
        url = new URL(location, url).href;
        response = await this.request(url);
        continue;
      }
      const action = /<form[^>]* action="([^"]+)"/.exec(await response.clone().text())?.[1];
      if (action === undefined) break;
      const isLogin = (await response.clone().text()).includes('name="login"');
      const body = new URLSearchParams(
        isLogin ? { prompt: 'login', login: account, password: 'any' } : { prompt: 'consent' },
      );
      url = new URL(action, url).href;
      response = await this.request(url, { method: 'POST', body });
    }
    return { url, response };
  }
}
