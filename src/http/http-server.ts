/** The HTTP server: what holds for every request, and the routes below it. */
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, onResponseHookHandler } from 'fastify';
import { ServiceError } from '../errors.ts';
import { ProblemSchema } from './api-schemas.ts';
import { authenticate } from './authentication.ts';
import { keepClientAddress } from './client-address.ts';
import { limitConnections } from './connection-limit.ts';
import { writeCorsHeaders } from './cors.ts';
import { logFailedServices } from './failed-services.ts';
import type { HttpOptions } from './http-options.ts';
import { asServiceError, rawProblem, sendProblem } from './problem.ts';
import { limitRate } from './rate-limit.ts';
import { acceptAnyBody } from './request-body.ts';
import { acceptAllMethods } from './resource.ts';
import { keepDeclaredRoutes } from './route-table.ts';
import { addAdmin } from './routes/admin.ts';
import { addRoomBans } from './routes/bans.ts';
import { addChatMessages } from './routes/chat-messages.ts';
import { addChat } from './routes/chat.ts';
import { addEndpoints } from './routes/endpoints.ts';
import { addEvents } from './routes/events.ts';
import { addHealth } from './routes/health.ts';
import { addIceServers } from './routes/ice-servers.ts';
import { addLogin } from './routes/login.ts';
import { addMetrics } from './routes/metrics.ts';
import { addMutes } from './routes/mutes.ts';
import { addOpenApi, collectOpenApi } from './routes/openapi.ts';
import { addPages } from './routes/pages.ts';
import { addRecordFiles } from './routes/record-files.ts';
import { addRecords } from './routes/records.ts';
import { addRoomModeration } from './routes/room-moderation.ts';
import { addRooms } from './routes/rooms.ts';
import { addSessionEvents } from './routes/session-events.ts';
import { addSessionLayer } from './routes/session-layer.ts';
import { addSessions } from './routes/sessions.ts';
import { proxyMatcher } from './trusted-proxies.ts';
import { acceptUpgrades } from './upgrades.ts';
import { watchUnusedConnections } from './unused-connections.ts';

/** A whole request must be here within this time, or its connection is closed: milliseconds. */
const REQUEST_TIMEOUT = 15_000;
/** An idle connection is kept for so long: milliseconds; longer than the 60 s that proxies keep theirs. */
const KEEP_ALIVE_TIMEOUT = 72_000;
/** A request line fits Node's header limit, so no parameter is refused for its length before its route sees it. */
const MAX_PARAMETER_LENGTH = 16_384;
/** Bodies of routes that expect none: bytes. */
const DEFAULT_BODY_LIMIT = 4096;

/** Builds the server; it listens when `listen` is called. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const answerError = errorHandler(options);
  const server = Fastify({
    https: options.tls ?? null,
    logger: false,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    bodyLimit: DEFAULT_BODY_LIMIT,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    clientErrorHandler: answerUnparsable,
    frameworkErrors(error, request, reply) {
      if (request.url.startsWith('/api')) writeCorsHeaders(request, reply, options.allowedOrigins);
      answerError(error, request, reply);
    },
  });
  // An HTTPS server is an HTTP server for everything that follows.
  const app = server as unknown as FastifyInstance;
  keepDeclaredRoutes(app);
  acceptAllMethods(app);
  acceptAnyBody(app);
  acceptUpgrades(app);
  // The schemas describe the routes; what a request holds is checked by the code that uses it.
  app.setValidatorCompiler(() => () => true);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onRequest', (request, _reply, done) => {
    keepClientAddress(request);
    done();
  });
  app.addHook('onResponse', requestObserver(options));
  const endUnusedConnections = watchUnusedConnections(app.server);
  limitConnectionsOf(app, options);
  app.addHook('preClose', (done) => {
    endUnusedConnections();
    done();
  });
  await app.register(cookie);
  app.addSchema(ProblemSchema);
  await collectOpenApi(app);
  await app.register((api) => addApi(api, options), { prefix: '/api' });
  await addRecordFiles(app, options);
  addHealth(app, options);
  await addMetrics(app, options);
  await addPages(app, options);
  return app;
}

/** Milliseconds between two lines of the log about refused connections. */
const REFUSALS_LOGGED = 60_000;

function limitConnectionsOf(app: FastifyInstance, options: HttpOptions): void {
  const { maxConnectionsPerAddress: most, trustedProxies, log } = options;
  let loggedAt = Number.NEGATIVE_INFINITY;
  if (most === 0) return;
  limitConnections(app.server, {
    most,
    isExempt: proxyMatcher(trustedProxies),
    onRefused(address) {
      const now = performance.now();
      if (now - loggedAt < REFUSALS_LOGGED) return;
      loggedAt = now;
      log.warn({ address, most }, 'an address has as many connections as it may have: more are refused');
    },
  });
}

async function addApi(api: FastifyInstance, options: HttpOptions): Promise<void> {
  api.addHook('onRequest', (request, reply, done) => {
    writeCorsHeaders(request, reply, options.allowedOrigins);
    done();
  });
  // Before authentication, so that guessing tokens is limited too.
  api.addHook('onRequest', limitRate(options.rateLimiter));
  api.addHook('onRequest', authenticate(options));
  api.setNotFoundHandler(answerNotFound);
  addEndpoints(api, options);
  addSessions(api, options);
  addSessionEvents(api, options);
  addSessionLayer(api, options);
  addRooms(api, options);
  addEvents(api, options);
  addRoomModeration(api, options);
  addRoomBans(api, options);
  addMutes(api, options);
  addChat(api, options);
  addChatMessages(api, options);
  addRecords(api, options);
  addIceServers(api, options);
  addLogin(api, options);
  await addAdmin(api, options);
  addOpenApi(api);
}

type ErrorHandler = (error: Error, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

function errorHandler({ log, metrics }: HttpOptions): ErrorHandler {
  const reportFailure = logFailedServices(log);
  return (error, request, reply) => {
    const refusal = asServiceError(error);
    if (refusal === undefined) log.error({ err: error, method: request.method, path: path(request) }, 'request failed');
    else reportFailure(refusal, performance.now());
    const shown = refusal ?? new ServiceError('internal');
    const { offerFor } = request.routeOptions.config;
    if (offerFor !== undefined) metrics.refused(offerFor, shown.code);
    return sendProblem(reply, shown);
  };
}

function answerNotFound(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(reply, new ServiceError('not_found'));
}

function answerUnparsable(error: Error & { code?: string }, socket: Socket): void {
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  if (socket.writable) socket.end(rawProblem(status));
  else socket.destroy();
}

/** Logs and counts each request that was answered. */
function requestObserver({ log, metrics }: HttpOptions): onResponseHookHandler {
  return (request, reply, done) => {
    const { method } = request;
    const milliseconds = reply.elapsedTime;
    log.debug({ method, path: path(request), status: reply.statusCode, ms: Math.round(milliseconds) }, 'request');
    const route = request.routeOptions.url ?? 'none';
    metrics.answered({ method, route, status: reply.statusCode, seconds: milliseconds / 1000 });
    done();
  };
}

/** The path without the query, which may hold a token. */
function path(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
