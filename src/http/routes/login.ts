/** Login by an OpenID Connect provider, for people in browsers. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { SignJWT, jwtVerify } from 'jose';
import { ACTIONS, type Action } from '../../auth/actions.ts';
import { may } from '../../auth/identity.ts';
import type { LoginAttempt } from '../../auth/oidc-login.ts';
import { ServiceError } from '../../errors.ts';
import { type Person, PersonSchema } from '../api-schemas.ts';
import { identityOf } from '../authentication.ts';
import { ATTEMPT_COOKIE, cookieOptions, isFromOwnPage, SESSION_COOKIE } from '../cookies.ts';
import { defined } from '../defined.ts';
import { logFailedServices } from '../failed-services.ts';
import type { HttpOptions, LoginOptions } from '../http-options.ts';
import { originOf } from '../request-origin.ts';
import { addResource } from '../resource.ts';
import type { MethodHandler } from '../resource.ts';
import { problemResponses } from '../route-schemas.ts';

const CALLBACK = '/api/login/callback';
/** Milliseconds for a person to log in. */
const ATTEMPT_LIFETIME = 600_000;
const HOME = '/';

/** Serves /login, /logout and /me below the API's prefix. */
export function addLogin(app: FastifyInstance, options: HttpOptions): void {
  const { login, log } = options;
  addResource(app, { url: '/login', access: 'public', methods: { GET: begin(login) } });
  addResource(app, { url: '/login/callback', access: 'public', methods: { GET: finish(login, log) } });
  addResource(app, { url: '/logout', access: 'public', methods: { POST: logout(options) } });
  addResource(app, { url: '/me', access: 'public', methods: { GET: me(options) } });
}

function begin(login: LoginOptions | undefined): MethodHandler {
  return {
    schema: {
      summary: 'Log in: sends the browser to the OpenID Connect provider, and back to ?return= afterwards',
      tags: ['access'],
      response: { 302: { description: 'To the provider.', type: 'null' }, ...problemResponses(404, 429, 503) },
    },
    async handler(request, reply) {
      if (login === undefined) throw new ServiceError('not_found');
      const { return: wanted } = request.query as { return?: unknown };
      const callback = new URL(CALLBACK, originOf(request));
      const { url, attempt } = await login.provider.begin(callback, ownPath(wanted));
      const sealed = await seal(attempt, login.attemptKey);
      reply.setCookie(ATTEMPT_COOKIE, sealed, cookieOptions(request, CALLBACK, ATTEMPT_LIFETIME));
      return reply.header('Cache-Control', 'no-store').redirect(url.href);
    },
  };
}

function finish(login: LoginOptions | undefined, log: HttpOptions['log']): MethodHandler {
  const reportFailure = logFailedServices(log);
  return {
    schema: { hide: true },
    async handler(request, reply) {
      if (login === undefined) throw new ServiceError('not_found');
      const attempt = await unseal(request.cookies[ATTEMPT_COOKIE], login.attemptKey);
      reply.clearCookie(ATTEMPT_COOKIE, cookieOptions(request, CALLBACK, 0)).header('Cache-Control', 'no-store');
      if (attempt === undefined) throw new ServiceError('login_failed');
      try {
        const person = await login.provider.finish(new URL(request.originalUrl, originOf(request)), attempt);
        const cookie = await login.sessions.sign(person, Date.now());
        log.info({ subject: person.subject, roles: person.memberships.map(({ role }) => role) }, 'logged in');
        reply.setCookie(SESSION_COOKIE, cookie, cookieOptions(request, HOME, login.sessions.lifetime));
        return await reply.redirect(attempt.returnTo);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        reportFailure(error, performance.now());
        return backWithError(reply, attempt.returnTo, error);
      }
    },
  };
}

function logout({ login, chat, eventReaders }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Log out',
      tags: ['access'],
      response: {
        204: {
          description: 'The login has ended, with its chats and event streams; no copy of its cookie opens anything.',
          type: 'null',
        },
        ...problemResponses(403, 429),
      },
    },
    async handler(request, reply) {
      if (!isFromOwnPage(request)) throw new ServiceError('origin_not_allowed');
      const cookie = request.cookies[SESSION_COOKIE];
      const ended = cookie === undefined ? undefined : await login?.sessions.end(cookie);
      if (ended !== undefined) {
        chat.end((person) => person.login === ended, 'logged_out');
        eventReaders.end((person) => person.login === ended);
      }
      reply.clearCookie(SESSION_COOKIE, cookieOptions(request, HOME, 0));
      return reply.code(204).send();
    },
  };
}

function me({ login, moderation }: HttpOptions): MethodHandler {
  return {
    schema: {
      summary: 'Who sends this request, and what they may do',
      tags: ['access'],
      querystring: { type: 'object', properties: { room: { type: 'string', description: 'In this room.' } } },
      response: { 200: PersonSchema, ...problemResponses(429, 503) },
    },
    handler(request, reply) {
      const identity = identityOf(request);
      const { room } = request.query as { room?: unknown };
      const inRoom = typeof room === 'string' ? room : undefined;
      const { isKnown, subject, name, expiresAt, fault } = identity;
      const actions = (Object.keys(ACTIONS) as Action[]).filter((action) => may(identity, action, inRoom));
      const expiry = expiresAt === undefined ? undefined : new Date(expiresAt).toISOString();
      const person: Person = { isKnown, actions, canLogIn: login !== undefined };
      const about = inRoom !== undefined && actions.includes('play') ? saidOf(inRoom, moderation) : undefined;
      return reply
        .header('Cache-Control', 'no-store')
        .send({ ...person, ...defined({ subject, name, expiresAt: expiry, fault, room: about }) });
    },
  };
}

/** What a room says of itself. */
function saidOf(room: string, { roomSettings }: HttpOptions['moderation']): NonNullable<Person['room']> {
  const { title, description } = roomSettings.of(room);
  return { ...(title === '' ? {} : { title }), ...(description === '' ? {} : { description }) };
}

/** The page that began the login tells the person what went wrong. */
function backWithError(reply: FastifyReply, returnTo: string, error: ServiceError): FastifyReply {
  const url = new URL(returnTo, 'http://localhost');
  url.hash = new URLSearchParams({ 'login-error': error.code }).toString();
  return reply.redirect(url.pathname + url.search + url.hash);
}

/** A path on this server, whatever was asked for: a login must not lead to other sites. */
function ownPath(wanted: unknown): string {
  const origin = 'http://localhost';
  if (typeof wanted !== 'string' || !wanted.startsWith('/') || !URL.canParse(wanted, origin)) return HOME;
  const { origin: wantedOrigin, pathname, search } = new URL(wanted, origin);
  // '/.//host' has the path '//host', which names a host where it stands alone.
  return wantedOrigin === origin && !pathname.startsWith('//') ? pathname + search : HOME;
}

function seal(attempt: LoginAttempt, key: Uint8Array): Promise<string> {
  return new SignJWT({ ...attempt })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor((Date.now() + ATTEMPT_LIFETIME) / 1000))
    .sign(key);
}

async function unseal(sealed: string | undefined, key: Uint8Array): Promise<LoginAttempt | undefined> {
  if (sealed === undefined) return undefined;
  const verified = await jwtVerify(sealed, key, { algorithms: ['HS256'] }).catch(() => undefined);
  return verified?.payload as LoginAttempt | undefined;
}
