import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { IMPORT_TABLE } from './scripts/import-table.js';

const layers = Object.keys(IMPORT_TABLE);
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The rule that lets one layer import what the table names and nothing else. */
function importRule(layer) {
  const allowed = IMPORT_TABLE[layer];
  const patterns = [];
  if (!allowed.layers.includes('*')) {
    const forbidden = layers.filter((other) => other !== layer && !allowed.layers.includes(other));
    patterns.push({
      regex: `^(?:\\.\\.?/)+(?:${forbidden.map(escape).join('|')})(?:/|\\.ts$)`,
      message: `${layer} may import only: ${allowed.layers.join(', ') || 'nothing'} (docs/design.md).`,
    });
  }
  if (!allowed.modules.includes('*')) {
    const names = allowed.modules.map(escape).join('|') || '(?!)';
    patterns.push({
      regex: `^(?!\\.)(?!(?:${names})$)`,
      message: `${layer} may use only these modules: ${allowed.modules.join(', ') || 'none'} (docs/design.md).`,
    });
  }
  return {
    files: [`src/${layer}/**/*.ts`, `src/${layer}.ts`],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['**/dist/', '**/build/', 'node_modules/', '.cache/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-deprecated': [
        'error',
        // Its author marks it so to make it stand out: a provider of the operator's own may stand behind plain HTTP.
        { allow: [{ from: 'package', package: 'openid-client', name: 'allowInsecureRequests' }] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
    },
  },
  {
    files: ['src/**', 'web/src/**', 'bench/**', 'scripts/**'].map((folder) => `${folder}/*.{ts,tsx,js,mjs}`),
    ignores: ['**/*.test.{ts,tsx}', '**/testing/**'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: false, skipComments: false, IIFEs: true }],
    },
  },
  {
    files: ['src/protocol/**/*.ts', 'src/peer/**/*.ts', 'src/sfu/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'setImmediate', 'performance', 'process', 'Date'].map((name) => ({
          name,
          message: 'Time is an argument and the next deadline a return value (docs/design.md).',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Randomness is an argument.' },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  ...layers.map(importRule),
);
