import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHAT_CLOSURES, CHAT_REFUSALS } from './protocol.ts';

const usage = readFileSync(join(import.meta.dirname, '../../docs/usage.md'), 'utf8').replace(/\s+/g, ' ');

describe('docs/usage.md', () => {
  it.each(Object.keys(CHAT_REFUSALS))('has the refusal %s', (code) => {
    expect(usage).toContain(`\`${code}\``);
  });

  it.each(Object.entries(CHAT_CLOSURES))('has the closure %s with its code', (reason, { code }) => {
    expect(usage).toContain(`\`${reason}\` (${code})`);
  });
});

it('no two closures have the same code', () => {
  expect(new Set(Object.values(CHAT_CLOSURES).map(({ code }) => code)).size).toBe(Object.keys(CHAT_CLOSURES).length);
});
