/** The text of docs/roles.md. */
import { ACTIONS, type ActionEntry, type Role, ROLES } from '../src/auth/actions.ts';
import type { RouteRow } from '../src/http/route-table.ts';

/** Who may do what, and use which route. */
export function rolesPage(routes: readonly RouteRow[]): string {
  return `${INTRO}${actionTable()}\n## Routes\n\n${ROUTES_INTRO}${routeRows(routes)}`;
}

const INTRO =
  '# Roles\n\n<!-- Made by "npm run docs" from src/auth/actions.ts and the routes of the HTTP server. -->\n\n' +
  'Somebody has a role in some rooms: by a JSON Web Token, by a login, by a token of the settings (`AUTH_TOKEN` and ' +
  '`ROOM_TOKENS` make a publisher, `ADMIN_TOKEN` an admin), or, without a token, by `GUEST_ROLE`. An admin is one in ' +
  "every room. A room's password lets do what a viewer may, but not list rooms. What a role may not do is answered " +
  'with 401 where nobody has said who they are, and with 403 otherwise; who is banned gets 403 with the code `banned` ' +
  'on every route below but those that are for everybody. [access.md](access.md) explains it.\n\n' +
  '## Actions\n\n';

const ROUTES_INTRO =
  'Paths below `/api/rooms/{room}`, of WHIP, WHEP and of recordings are in that room; what is done to a session, in ' +
  'the room of the session. "Any" is everybody who may do anything at all. HEAD is as GET; OPTIONS is for everybody. ' +
  'Pages, `/healthz` and `/readyz` need no token, and `/metrics` needs `METRICS_TOKEN`.\n\n';

function actionTable(): string {
  const rows = Object.entries<ActionEntry>(ACTIONS).map(
    ([action, { help, roles }]) => `| \`${action}\` | ${help} | ${marks(roles)} |\n`,
  );
  return `| action | may | ${ROLES.join(' | ')} |\n|---|---|${'---|'.repeat(ROLES.length)}\n${rows.join('')}`;
}

function routeRows(routes: readonly RouteRow[]): string {
  const shown = routes.filter(({ method }) => method !== 'HEAD');
  const rows = shown.map(
    (route) =>
      `| \`${route.method} ${route.url.replaceAll(/:(\w+)/g, '{$1}')}\` | ${askedOf(route)} | ${marks(route.roles)} |\n`,
  );
  return `| route | action | ${ROLES.join(' | ')} |\n|---|---|${'---|'.repeat(ROLES.length)}\n${rows.join('')}`;
}

function askedOf({ action, isPublic }: RouteRow): string {
  if (isPublic) return 'for everybody';
  return action === undefined ? 'any' : `\`${action}\``;
}

function marks(roles: readonly Role[]): string {
  return ROLES.map((role) => (roles.includes(role) ? 'yes' : '')).join(' | ');
}
