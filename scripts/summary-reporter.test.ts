import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = dirname(import.meta.dirname);
let folder: string;

beforeEach(() => {
  // Within the repository, where the tests find vitest.
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache/summary-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs tests written in JavaScript, one file each, as scripts/test.sh does; the lines of the summary. */
function summaryOf(files: Record<string, string>): string[] {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), `import { expect, it } from 'vitest';\n${text}\n`);
  }
  writeFileSync(join(folder, 'vitest.config.js'), 'export default {};\n');
  const file = join(folder, 'summary.txt');
  spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--root', folder, '--retry', '1', '--no-file-parallelism'],
      ...['--reporter', join(import.meta.dirname, 'summary-reporter.ts')],
    ],
    { env: { ...process.env, TEST_SUMMARY: file }, timeout: 30_000 },
  );
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

it('counts, and names what failed and what needed a second attempt', () => {
  const lines = summaryOf({
    'a.test.js': `
      let attempts = 0;
      it('passes', () => {});
      it('is flaky', () => expect(++attempts).toBe(2));
      it('fails', () => expect('one').toBe('two'));`,
    'b.test.js': `throw new Error('cannot be loaded');`,
  });
  expect(lines).toHaveLength(4);
  expect(lines[0]).toBe('2 1');
  expect(lines[1]).toMatch(/^passed at the second attempt: a\.test\.js > is flaky: expected 1 to be 2/);
  expect(lines[2]).toMatch(/^failed: a\.test\.js > fails: expected 'one' to be 'two'/);
  expect(lines[3]).toBe('failed: b.test.js: cannot be loaded');
});
