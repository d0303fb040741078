/** One URL with the methods it serves: OPTIONS answers what there is, every other method 405 with Allow. */
import { METHODS } from 'node:http';
import type { FastifyInstance, FastifySchema, onRequestHookHandler, RouteHandlerMethod } from 'fastify';
import { ServiceError } from '../errors.ts';
import type { RouteAccess } from './authentication.ts';
import type { SessionRole } from '../sfu/room-service.ts';
import { writePreflightHeaders } from './cors.ts';

/** CONNECT never reaches a route: Node hands it over as an event of its own. */
const ALL_METHODS = METHODS.filter((method) => method !== 'CONNECT');

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What offers to this route ask for. */
    offerFor?: SessionRole;
  }
}

export interface MethodHandler {
  schema: FastifySchema;
  handler: RouteHandlerMethod;
  /** Runs once the request line and headers are there, before the body is read. */
  onRequest?: onRequestHookHandler;
  /** What offers to this route ask for, where it takes offers. */
  offerFor?: SessionRole;
  /** Largest body in bytes. */
  bodyLimit?: number;
}

export interface Resource {
  /** Path below the instance's prefix, with ':name' for parameters. */
  url: string;
  /** What a request must be allowed to use. */
  access: RouteAccess;
  methods: Partial<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', MethodHandler>>;
  /** What an OPTIONS response adds, e.g. Accept-Post. */
  optionsHeaders?: Readonly<Record<string, string>>;
}

/** Lets routes be declared for every method that Node parses. To be called once, on the root instance. */
export function acceptAllMethods(app: FastifyInstance): void {
  for (const method of ALL_METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  }
}

/** Serves a resource. */
export function addResource(app: FastifyInstance, resource: Resource): void {
  const allowed = allowedMethods(resource);
  const shared = { url: resource.url, config: { access: resource.access } };
  for (const [method, { offerFor, ...declared }] of Object.entries(resource.methods)) {
    const config = offerFor === undefined ? shared.config : { ...shared.config, offerFor };
    app.declaredRoutes.push({ method, url: app.prefix + resource.url, access: resource.access });
    app.route({ ...shared, config, ...declared, method, exposeHeadRoute: false });
    const headIsImplied = method === 'GET' && resource.methods.HEAD === undefined;
    if (headIsImplied) {
      app.route({ ...shared, ...declared, method: 'HEAD', schema: { ...declared.schema, hide: true } });
    }
  }
  app.route({
    ...shared,
    method: 'OPTIONS',
    schema: { hide: true },
    handler(_request, reply) {
      writePreflightHeaders(reply, allowed);
      reply.header('Allow', allowed.join(', ')).headers(resource.optionsHeaders ?? {});
      return reply.code(200).send();
    },
  });
  app.route({
    ...shared,
    method: ALL_METHODS.filter((method) => !allowed.includes(method)),
    schema: { hide: true },
    onRequest(_request, reply) {
      reply.header('Allow', allowed.join(', '));
      throw new ServiceError('method_not_allowed');
    },
    handler: (_request, reply) => reply.send(),
  });
}

function allowedMethods(resource: Resource): string[] {
  const methods = Object.keys(resource.methods);
  if (methods.includes('GET') && !methods.includes('HEAD')) methods.push('HEAD');
  return [...methods, 'OPTIONS'];
}
