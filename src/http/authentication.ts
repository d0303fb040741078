/** Tokens in requests (RFC 6750): who may not do what a route is for is refused before the route sees the request. */
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Action } from '../auth/actions.ts';
import { type AccessTarget, type Identity, judge } from '../auth/identity.ts';
import { equalSecrets } from '../auth/static-tokens.ts';
import { ServiceError } from '../errors.ts';
import type { SignedLinks } from '../recording/signed-links.ts';
import { parseRoomName } from '../util/room-name.ts';
import { tokenOfProtocols } from './chat-sockets.ts';
import { sessionCookie } from './cookies.ts';
import type { HttpOptions } from './http-options.ts';
import { refuseBanned, withPassword } from './entrance.ts';
import { pathParameter, recordedFile } from './path-parameters.ts';

/**
 * What a request to a route does: an action, in the room of its path where it has one. 'session' is what the session
 * was opened for, in its room; 'anything' needs any right at all, 'public' none.
 */
export type RouteAccess = Action | 'session' | 'anything' | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request to this route must be allowed to do; 'anything' where it is missing. */
    access?: RouteAccess;
  }
}

const identities = new WeakMap<FastifyRequest, Identity>();

/** Who sends a request. For routes behind {@link authenticate}. */
export function identityOf(request: FastifyRequest): Identity {
  const identity = identities.get(request);
  if (identity === undefined) throw new Error(`${request.url} is not authenticated`);
  return identity;
}

/**
 * Rejects with a ServiceError (401, 403) where the request has no token for what it wants. OPTIONS needs none (CORS
 * preflights).
 */
export function authenticate(options: HttpOptions): (request: FastifyRequest) => Promise<void> {
  const { access: authenticator, links } = options;
  return async (request) => {
    const access = request.routeOptions.config.access ?? 'anything';
    // Where nobody can be an admin, there is nothing to guess at.
    if (access === 'administer' && !authenticator.hasAdmins) throw new ServiceError('not_found');
    if (request.method === 'OPTIONS') return;
    const tokens = tokensOf(request);
    const sender = await authenticator.identify(tokens, sessionCookie(request));
    identities.set(request, sender);
    if (access === 'public') return;
    const target = targetOf(access, request, options);
    refuseBanned(sender, target === 'anything' ? undefined : target.room, request, options);
    const identity = await withPassword(sender, target, tokens, options);
    identities.set(request, identity);
    const verdict = judge(identity, target);
    if (verdict === 'granted') return;
    if (access === 'read-recordings' && isLinkGood(request, links)) return;
    throw new ServiceError(verdict, { detail: identity.fault });
  };
}

/** Whether the request's link opens what its token does not; throws where it once did, or never. */
function isLinkGood(request: FastifyRequest, links: SignedLinks | undefined): boolean {
  const { expires, signature } = request.query as Readonly<Record<string, unknown>>;
  if (links === undefined || typeof expires !== 'string' || typeof signature !== 'string') return false;
  switch (links.check(recordedFile(request), { expires, signature }, Date.now())) {
    case 'valid':
      return true;
    case 'expired':
      throw new ServiceError('link_expired');
    case 'altered':
      throw new ServiceError('link_altered');
  }
}

/** Refuses requests without this secret as bearer token; OPTIONS needs none. */
export function requireBearer(secret: string): onRequestHookHandler {
  return (request, _reply, done) => {
    if (request.method === 'OPTIONS') {
      done();
      return;
    }
    const token = bearerToken(request);
    if (token !== undefined && equalSecrets(token, secret)) done();
    else done(new ServiceError('unauthorized'));
  };
}

function targetOf(
  access: Exclude<RouteAccess, 'public'>,
  request: FastifyRequest,
  { rooms, recordings }: HttpOptions,
): AccessTarget {
  switch (access) {
    case 'anything':
      return access;
    case 'list-rooms':
    case 'administer':
      return { action: access };
    case 'play':
    case 'publish':
    case 'see-statistics':
    case 'moderate':
    case 'chat': {
      const room = parseRoomName(pathParameter(request, 'room'));
      // What can be no room is refused by the route, which also says which methods it has.
      return room === undefined ? 'anything' : { action: access, room };
    }
    case 'read-events': {
      const { room: asked } = request.query as Readonly<Record<string, unknown>>;
      const room = typeof asked === 'string' ? parseRoomName(asked) : undefined;
      // What can be no room is refused by the route, as above.
      return room === undefined ? { action: access } : { action: access, room };
    }
    case 'read-recordings': {
      const room =
        recordings.get(pathParameter(request, 'id'))?.room ??
        recordings.roomOf(recordedFile(request)) ??
        parseRoomName(pathParameter(request, 'folder'));
      return room === undefined ? 'anything' : { action: access, room };
    }
    case 'session': {
      const session = rooms.session(pathParameter(request, 'session'));
      // Of a session that has ended nobody knows the room: any good token learns that it has ended.
      return session === undefined ? 'anything' : { action: session.role, room: session.room };
    }
  }
}

/** A proxy may use Authorization for a password of its own: both headers count. Requests for WebSockets can send neither. */
export function tokensOf(request: FastifyRequest): string[] {
  const header = request.headers['x-auth-token'];
  const protocol = tokenOfProtocols(request.headers['sec-websocket-protocol']);
  const tokens = [bearerToken(request), typeof header === 'string' ? header : undefined, protocol];
  return tokens.filter((token) => token !== undefined);
}

function bearerToken(request: FastifyRequest): string | undefined {
  return /^bearer +(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
}
