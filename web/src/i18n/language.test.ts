import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../../src/errors.ts';
import { failureText } from '../components/failure-text.ts';
import { en } from './en.ts';
import { chooseLanguage } from './language.ts';
import { zh } from './zh.ts';

/** Every text with the path to it. */
function texts(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => texts(inner, `${path}.${name}`));
}

describe('chooseLanguage', () => {
  it('takes the first wish that it knows', () => {
    expect(chooseLanguage([null, undefined, 'fr-FR', 'zh-TW', 'en'])).toBe('zh');
    expect(chooseLanguage(['en-GB', 'zh-CN'])).toBe('en');
    expect(chooseLanguage(['de', 'fr'])).toBe('en');
    expect(chooseLanguage([])).toBe('en');
  });
});

describe('the dictionaries', () => {
  it('have a text for every error of the server and none besides', () => {
    expect(Object.keys(en.errors).sort()).toEqual(Object.keys(ERRORS).sort());
    expect(Object.keys(zh.errors).sort()).toEqual(Object.keys(ERRORS).sort());
  });

  it('leave nothing empty, and nothing in the other language', () => {
    for (const [path, text] of texts({ ...en, otherLanguage: '', switchLanguage: '' }, 'en')) {
      if (typeof text === 'string') expect(text, path).not.toMatch(/\p{Script=Han}/u);
    }
    const untranslated = texts(
      { ...zh, otherLanguage: '中', switchLanguage: '中', figures: { ...zh.figures, none: '中' } },
      'zh',
    );
    for (const [path, text] of untranslated) {
      if (typeof text === 'string') expect(text, path).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('failureText', () => {
  it('knows the codes of the server, and the usual statuses of what stands before it', () => {
    expect(failureText(en, { kind: 'refused', status: 503, code: 'room_full' })).toBe(en.errors.room_full);
    expect(failureText(zh, { kind: 'refused', status: 401 })).toBe(zh.errors.unauthorized);
    expect(failureText(en, { kind: 'refused', status: 418, detail: 'Teapot.' })).toBe(
      'The server refused (418). Teapot.',
    );
    expect(failureText(zh, { kind: 'blocked' })).toBe(zh.failure.blocked);
  });

  it('does not trip over a code that it does not know', () => {
    const failure = JSON.parse('{"kind":"refused","status":500,"code":"toString","detail":"x"}') as { kind: 'refused' };
    expect(failureText(en, failure)).toBe('The server refused (500). x');
  });
});
