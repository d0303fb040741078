import { describe, expect, it } from 'vitest';
import { AUDITED_ACTIONS } from '../../../src/moderation/audit-log.ts';
import { SETTING_GROUPS } from '../../../src/config/setting.ts';
import { consoleEn } from './console-en.ts';
import { consoleZh } from './console-zh.ts';

/** Every text with the path to it. */
function texts(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => texts(inner, `${path}.${name}`));
}

describe('the texts of the console', () => {
  it('leave nothing empty, and nothing in the other language', () => {
    for (const [path, text] of texts(consoleEn, 'en')) {
      if (typeof text === 'string') expect(text, path).not.toMatch(/\p{Script=Han}|^$/u);
    }
    for (const [path, text] of texts({ ...consoleZh, none: '中' }, 'zh')) {
      if (typeof text === 'string') expect(text, path).toMatch(/\p{Script=Han}/u);
    }
  });

  it('have a word for each action of the audit log and each group of settings', () => {
    for (const dictionary of [consoleEn, consoleZh]) {
      expect(Object.keys(dictionary.audit.actions).sort()).toEqual([...AUDITED_ACTIONS].sort());
      expect(Object.keys(dictionary.settings.groups).sort()).toEqual([...SETTING_GROUPS].sort());
    }
  });
});
