/** Writes the reference pages; with --check it only says which of them are out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { referenceDocs } from './reference-docs.ts';

const root = new URL('../', import.meta.url);

function current(path: string): string {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch {
    return '';
  }
}

const stale = Object.entries(await referenceDocs()).filter(([path, text]) => current(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is out of date: run "npm run docs".`);
  if (stale.length > 0) process.exit(1);
} else {
  for (const [path, text] of stale) writeFileSync(new URL(path, root), text);
}
