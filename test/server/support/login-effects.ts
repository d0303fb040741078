/** What the settings of the login do. */
import { startProvider, TestBrowser } from './oidc-provider.ts';
import { start } from './setting-effects.ts';

/** The provider has to know where it sends people back to before the server is there. */
const PORT = 38_418;
const HTTP_ADDR = `127.0.0.1:${PORT}`;

interface Me {
  isKnown: boolean;
  actions: string[];
  expiresAt?: string;
}

/** Where a login leads; 'own' as the issuer is a provider that is there. Undefined where there is no login. */
export async function loginUrl(settings: Record<string, string>): Promise<URL | undefined> {
  const provider = await startProvider([`http://${HTTP_ADDR}/api/login/callback`]);
  const wanted = settings['OIDC_ISSUER'] === undefined ? settings : { ...provider.settings, ...settings };
  const issuer = wanted['OIDC_ISSUER'] === undefined ? {} : { OIDC_ISSUER: provider.issuer };
  const server = await start({ ...wanted, ...issuer });
  const location = (await server.call('GET', '/api/login')).headers.get('location');
  await server.stop();
  await provider.stop();
  return location === null ? undefined : new URL(location);
}

/** What somebody is who has logged in. */
export async function logInWith(settings: Record<string, string>): Promise<Me> {
  const provider = await startProvider([`http://${HTTP_ADDR}/api/login/callback`]);
  const server = await start({ ...provider.settings, HTTP_ADDR, ...settings });
  const browser = new TestBrowser();
  await browser.logIn(`${server.url}/api/login?return=/web/player.html`, 'somebody');
  const me = (await (await browser.request(`${server.url}/api/me?room=a`)).json()) as Me;
  await server.stop();
  await provider.stop();
  return me;
}
