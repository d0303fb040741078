import { readdirSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { IMPORT_TABLE } from './import-table.js';

const root = dirname(import.meta.dirname);
const layers = Object.keys(IMPORT_TABLE);
const eslint = new ESLint({
  cwd: root,
  // The files linted here do not exist, so no type is known of them.
  overrideConfig: tseslint.configs.disableTypeChecked,
  ruleFilter: ({ ruleId }) => ruleId === 'no-restricted-imports',
});

/** The specifiers that the linter refuses in a file of a layer. */
async function refused(layer: string, specifiers: string[], file = `src/${layer}/virtual.ts`): Promise<string[]> {
  const lines = specifiers.map((specifier, index) => `import * as name${index} from '${specifier}';\n`);
  const results = await eslint.lintText(lines.join(''), { filePath: join(root, file) });
  return results
    .flatMap(({ messages }) => messages)
    .flatMap(({ ruleId, line }) => (ruleId === null ? ['(parsing failed)'] : [specifiers[line - 1] ?? '']));
}

describe.each(Object.entries(IMPORT_TABLE))('the layer %s', (layer, allowed) => {
  const others = layers.filter((other) => other !== layer);
  const forbidden = allowed.layers.includes('*') ? [] : others.filter((other) => !allowed.layers.includes(other));

  it('may import the layers that the table names and no other', async () => {
    const specifiers = others.map((other) => `../${other}/anything.ts`);
    expect(await refused(layer, specifiers)).toEqual(forbidden.map((other) => `../${other}/anything.ts`));
  });

  it('is held to the table from folders within it as well, and where the other layer is a single file', async () => {
    const specifiers = others.map((other) => `../../${other}.ts`);
    expect(await refused(layer, specifiers, `src/${layer}/deep/virtual.ts`)).toEqual(
      forbidden.map((other) => `../../${other}.ts`),
    );
  });

  it('may use the modules that the table names and no other', async () => {
    const foreign = ['node:cluster', 'left-pad', '@scope/left-pad/deep.js'];
    const specifiers = [...allowed.modules.filter((name) => name !== '*'), ...foreign];
    expect(await refused(layer, specifiers)).toEqual(allowed.modules.includes('*') ? [] : foreign);
  });

  it('may import its own files', async () => {
    expect(await refused(layer, ['./neighbour.ts', './deep/neighbour.ts'])).toEqual([]);
  });
});

it('every folder and file of src is a layer of the table', () => {
  const entries = readdirSync(join(root, 'src')).filter((entry) => !entry.endsWith('.test.ts'));
  expect(entries.map((entry) => parse(entry).name).filter((name) => !layers.includes(name))).toEqual([]);
});

it('the protocol, peer and sfu layers have no clock, timer or randomness', async () => {
  const pure = new ESLint({ cwd: root, overrideConfig: tseslint.configs.disableTypeChecked });
  const code = `export const values = [Date.now(), performance.now(), Math.random(), process.uptime(), setTimeout];\n`;
  for (const layer of ['protocol', 'peer', 'sfu']) {
    const [result] = await pure.lintText(code, { filePath: join(root, `src/${layer}/virtual.ts`) });
    expect(result?.messages.map(({ ruleId }) => ruleId)).toHaveLength(5);
  }
});
