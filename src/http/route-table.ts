/** Which roles may use which route: what the routes declare, joined with the table of actions. */
import type { FastifyInstance } from 'fastify';
import { ACTIONS, type Action, type Role, ROLES } from '../auth/actions.ts';
import type { RouteAccess } from './authentication.ts';

/** A method of a resource, as it was declared. */
export interface DeclaredRoute {
  method: string;
  /** From the root, with ':name' for parameters. */
  url: string;
  access: RouteAccess;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every resource with its methods, in the order of their declaration. */
    declaredRoutes: DeclaredRoute[];
  }
}

/** Lets resources be declared. To be called once, on the root instance. */
export function keepDeclaredRoutes(app: FastifyInstance): void {
  app.decorate('declaredRoutes', []);
}

/** A row of the table. */
export interface RouteRow extends DeclaredRoute {
  /** What is asked of the sender, where that is an action in one room or on the server. */
  action: Action | undefined;
  /** Without a token, whatever GUEST_ROLE says. */
  isPublic: boolean;
  roles: readonly Role[];
}

/** The rows of all routes that tokens are asked for. */
export function routeTable(app: FastifyInstance): RouteRow[] {
  const isGuarded = ({ url }: DeclaredRoute): boolean => url.startsWith('/api/') || url.startsWith('/records/');
  return app.declaredRoutes.filter(isGuarded).map((route) => {
    const action = actionOf(route);
    const roles = action === undefined ? ROLES : ACTIONS[action].roles;
    return { ...route, action, isPublic: route.access === 'public', roles };
  });
}

function actionOf({ access, url }: DeclaredRoute): Action | undefined {
  switch (access) {
    case 'anything':
    case 'public':
      return undefined;
    case 'session':
      return url.startsWith('/api/whip/') ? 'publish' : 'play';
    default:
      return access;
  }
}
