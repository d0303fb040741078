import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { referenceDocs } from './reference-docs.ts';

describe.each(Object.entries(await referenceDocs()))('%s', (path, text) => {
  it('is what "npm run docs" makes', () => {
    expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text);
  });
});
