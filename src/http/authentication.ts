/** Tokens in requests (RFC 6750): who may not do what a route is for is refused before the route sees the request. */
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { AccessTarget } from '../auth/access-control.ts';
import { equalSecrets } from '../auth/access-control.ts';
import { ServiceError } from '../errors.ts';
import type { SignedLinks } from '../recording/signed-links.ts';
import { parseRoomName } from '../util/room-name.ts';
import type { HttpOptions } from './http-options.ts';
import { pathParameter, recordedFile, roomParameter } from './path-parameters.ts';

/** What the URL of a route stands for; 'admin' ones look after themselves. */
export type RouteAccess = 'server' | 'room' | 'room-statistics' | 'recording' | 'session' | 'anything' | 'admin';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a request to this route must be allowed to use; the whole server where it is missing. */
    access?: RouteAccess;
  }
}

/** Answers 401 or 403 where the request has no token for what it wants. OPTIONS needs none (CORS preflights). */
export function authenticate(options: HttpOptions): onRequestHookHandler {
  const { access: control, links } = options;
  return (request, _reply, done) => {
    const access = request.routeOptions.config.access ?? 'server';
    if (control.isOpen || access === 'admin' || request.method === 'OPTIONS') {
      done();
      return;
    }
    const verdict = control.check(tokensOf(request), targetOf(access, request, options));
    if (verdict === 'granted') done();
    else done(access === 'recording' ? refusalOfLink(request, links, verdict) : new ServiceError(verdict));
  };
}

/** Why the request's link does not open what its token does not; undefined where it does. */
function refusalOfLink(
  request: FastifyRequest,
  links: SignedLinks | undefined,
  verdict: 'unauthorized' | 'forbidden',
): ServiceError | undefined {
  const { expires, signature } = request.query as Readonly<Record<string, unknown>>;
  if (links === undefined || typeof expires !== 'string' || typeof signature !== 'string') {
    return new ServiceError(verdict);
  }
  switch (links.check(recordedFile(request), { expires, signature }, Date.now())) {
    case 'valid':
      return undefined;
    case 'expired':
      return new ServiceError('link_expired');
    case 'altered':
      return new ServiceError('link_altered');
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
  access: Exclude<RouteAccess, 'admin'>,
  request: FastifyRequest,
  { rooms, recordings }: HttpOptions,
): AccessTarget {
  switch (access) {
    case 'server':
    case 'anything':
      return { kind: access };
    case 'room':
    case 'room-statistics':
      return { kind: access, room: roomParameter(request) };
    case 'recording': {
      const room = recordings.roomOf(recordedFile(request)) ?? parseRoomName(pathParameter(request, 'folder'));
      return room === undefined ? { kind: 'anything' } : { kind: 'room', room };
    }
    case 'session': {
      const session = rooms.session(pathParameter(request, 'session'));
      // Of a session that has ended nobody knows the room: any good token learns that it has ended.
      return session === undefined ? { kind: 'anything' } : { kind: 'room', room: session.room };
    }
  }
}

/** A proxy may use Authorization for a password of its own: both headers count. */
export function tokensOf(request: FastifyRequest): string[] {
  const header = request.headers['x-auth-token'];
  return [bearerToken(request), typeof header === 'string' ? header : undefined].filter((token) => token !== undefined);
}

function bearerToken(request: FastifyRequest): string | undefined {
  return /^bearer +(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
}
