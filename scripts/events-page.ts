/** The text of docs/events.md. */
import { ACTIONS, ROLES } from '../src/auth/actions.ts';
import { eventDeclarations, type EventDeclaration, type EventMember } from '../src/events/catalogue.ts';

/** Every event with its data. */
export function eventsPage(): string {
  const declarations = eventDeclarations();
  const rows = declarations.map(
    ([type, { help, audience }]) => `| [\`${type}\`](#${anchor(type)}) | ${help} | ${rolesOf(audience)} |\n`,
  );
  return `${INTRO}${rows.join('')}${declarations.map(section).join('')}`;
}

const INTRO =
  '# Events\n\n<!-- Made by "npm run docs" from src/events/catalogue.ts. -->\n\n' +
  'What the server tells others: readers of `GET /api/events`, and the programs of `WEBHOOK_URLS`. ' +
  '[usage.md](usage.md#events) shows how to get them. Each event is one JSON object:\n\n' +
  '| member | type | what it is |\n|---|---|---|\n' +
  '| `id` | number | Grows from event to event, also over restarts; numbers can be left out. |\n' +
  '| `type` | text | One of those below. New ones may come: ignore what you do not know. |\n' +
  '| `time` | text | When it happened (RFC 3339, UTC). |\n' +
  '| `room` | text | The room; null for all rooms. |\n' +
  '| `data` | object | As below. New members may come. |\n\n' +
  'No event holds a token, or the id of a session that would let end it. Webhooks are told everything; a reader of ' +
  '`GET /api/events` what its token lets see in the room of the event, as [roles.md](roles.md) has it. A room that is ' +
  'not listed is told to those who keep order in it, and to those who ask for it by `?room=`. What happens in all rooms ' +
  'is for admins.\n\n' +
  `| event | when | for |\n|---|---|---|\n`;

function section([type, { help, data }]: [string, EventDeclaration]): string {
  const rows = Object.entries(data).map(memberRow);
  const table = `| member of \`data\` | type | what it is |\n|---|---|---|\n${rows.join('')}`;
  return `\n## ${type}\n\n${help}\n\n${rows.length === 0 ? '`data` is empty.\n' : table}`;
}

const TYPES: Record<EventMember['type'], string> = {
  text: 'text',
  number: 'number',
  flag: 'true or false',
  texts: 'list of texts',
};

function memberRow([name, { type, help, optional, adminsOnly }]: [string, EventMember]): string {
  const remarks = [optional === true ? 'may be missing' : '', adminsOnly === true ? 'admins and webhooks' : ''];
  const shown = [TYPES[type], ...remarks.filter((remark) => remark !== '')].join(', ');
  return `| \`${name}\` | ${shown} | ${help} |\n`;
}

function rolesOf(audience: EventDeclaration['audience']): string {
  const roles: readonly string[] = ACTIONS[audience].roles;
  return ROLES.filter((role) => roles.includes(role)).join(', ');
}

/** As GitHub makes it of a heading. */
function anchor(type: string): string {
  return type.replaceAll('.', '');
}
