import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningOf, cleanName, cleanText, foldedText, lengthOf } from './text.ts';

describe('cleanText', () => {
  it('keeps what people write', () => {
    const texts = ['Hello, world!', '你好，世界', 'مرحبا', 'नमस्ते', 'می‌خواهم', '👩‍👩‍👧‍👦 👍🏽 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣', '<b>&amp;</b>', 'a\n\nb'];
    for (const text of texts) expect(cleanText(text)).toBe(text.normalize('NFC'));
  });

  it('takes out what hides, turns round or controls', () => {
    expect(cleanText('a\u0000\u0007b\u001b[31m')).toBe('ab[31m');
    expect(cleanText('\u202eabc\u202c \u2066x\u2069 \u200f')).toBe('abc x');
    expect(cleanText('a\u200bb\u00adc\ufeffd\u3164')).toBe('abcd');
    expect(cleanText('\ud800x\udfff')).toBe('x');
    expect(cleanText('hidden\u{e0068}\u{e0069}')).toBe('hidden');
    expect(cleanText(`\u{1f3f4}${'\u{e0061}'.repeat(100)}`)).toBe('\u{1f3f4}');
    expect(cleanText('a\u200d\u200d\u200db')).toBe('a\u200db');
  });

  it('brings letters into one form, and stacks few marks on them', () => {
    expect(cleanText('e\u0301')).toBe('\u00e9');
    expect(cleanText(`x${'\u0335'.repeat(100)}y`)).toBe(`x${'\u0335'.repeat(4)}y`);
    expect(cleanText(`x${'\u0335\u200d'.repeat(100)}y`)).toBe(`x${'\u0335\u200d'.repeat(4)}y`);
  });

  it('keeps few lines', () => {
    expect(cleanText('a\r\nb\u2028c\td')).toBe('a\nb\nc d');
    expect(cleanText('a\n\n\n\n\nb')).toBe('a\n\nb');
    expect(cleanText(Array.from({ length: 50 }, () => 'x').join('\n')).split('\n')).toHaveLength(10);
  });

  it('leaves nothing unwanted of any text, and is done in one go', () => {
    const parts = fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\u0335',
      '\u200d',
      '\u202e',
      '\u{e0061}',
      '\u{1f3f4}',
      '\ud800',
      '\u1100',
      '\u1161',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(parts).map((all) => all.join('')),
        ),
        (text) => {
          const clean = cleanText(text);
          expect(clean).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]|\p{M}{5}|\p{Cs}|\n{3}/u);
          expect(clean).toBe(clean.normalize('NFC'));
          expect(clean).toBe(clean.trim());
        },
      ),
    );
  });

  it('takes no long time for the longest message', () => {
    const begin = performance.now();
    for (const part of ['\u0335', '\u200d', '\u{e0061}', '\n', '\u0335\u200d', ' ']) cleanText(part.repeat(32_000));
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

describe('cleanName', () => {
  it('is one visible line', () => {
    expect(cleanName('  Ann \n B. ', 32)).toBe('Ann B.');
    expect(cleanName('\u200b\u0301 -', 32)).toBeUndefined();
    expect(cleanName('x'.repeat(33), 32)).toBeUndefined();
    expect(cleanName('🦊', 32)).toBe('🦊');
  });
});

it('counts and cuts by code points', () => {
  expect(lengthOf('a👍')).toBe(2);
  expect(beginningOf('a👍b', 2)).toBe('a👍');
});

it('folds what looks alike', () => {
  expect(foldedText(' ＦＯＯ\u200d  Bar\ufe0f ')).toBe('foo bar');
  expect(foldedText('b\u0336a\u0336d\u20e0')).toBe('bad');
  // A letter with its own mark is another letter.
  expect(foldedText('scho\u0308n')).toBe('schön');
});
