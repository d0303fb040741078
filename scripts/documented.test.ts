import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { AUDITED_ACTIONS } from '../src/moderation/audit-log.ts';
import { DEFAULT_ROOM_SETTINGS } from '../src/moderation/room-settings.ts';
import { PUBLISHER_WARNINGS } from '../src/sfu/publisher-warnings.ts';
import { IMPORT_TABLE } from './import-table.js';

const root = dirname(import.meta.dirname);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The cells of the tables in a Markdown text, row by row; headings and rulers are rows too. */
function tableRows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What stands in backticks. */
function quoted(cell: string | undefined): string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

it('docs/dependencies.md names every dependency and no other', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const named = tableRows(read('docs/dependencies.md')).flatMap(([packages]) => quoted(packages));
  expect(named.sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort());
});

it('docs/design.md has the import table that the linter enforces', () => {
  const rows = tableRows(read('docs/design.md').split('## Layers')[1]?.split('\n## ')[0] ?? '').slice(2);
  const written = Object.fromEntries(
    rows.map(([layer, , imports = '']): [string, string[]] => [
      quoted(layer)[0] ?? '',
      (imports.split(';')[0] ?? '').split(', ').sort(),
    ]),
  );
  const enforced = Object.entries(IMPORT_TABLE).map(([layer, { layers }]): [string, string[]] => {
    if (layers.includes('*')) return [layer, ['everything']];
    return [layer, layers.length === 0 ? ['nothing'] : [...layers].sort()];
  });
  expect(written).toEqual(Object.fromEntries(enforced));
});

it('docs/usage.md names every warning about a broadcast', () => {
  const section = read('docs/usage.md').split('### What the server warns of')[1]?.split('\n## ')[0] ?? '';
  const named = tableRows(section).flatMap(([code]) => quoted(code));
  expect(named.sort()).toEqual(Object.keys(PUBLISHER_WARNINGS).sort());
});

it('docs/access.md names every setting of a room, and everything that the audit log has', () => {
  const section = read('docs/access.md').split('## Settings of a room')[1] ?? '';
  const [settings = '', order = ''] = section.split('## Keeping order');
  const named = tableRows(settings).flatMap(([setting]) => quoted(setting));
  const expected = Object.keys(DEFAULT_ROOM_SETTINGS).map((name) => (name === 'passwordHash' ? 'password' : name));
  expect(named.sort()).toEqual(expected.sort());
  expect(quoted(order.split('Its actions are')[1]?.split('\n\n')[0]).sort()).toEqual([...AUDITED_ACTIONS].sort());
});
