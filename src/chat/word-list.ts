/** Words that a room does not want. */
import { foldedText } from './text.ts';

/** Scripts that put spaces between words: there a word counts as a whole only. */
const SPACED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{N}]$/u;

const compiled = new WeakMap<readonly string[], RegExp | undefined>();

/** Whether a text has one of the words, whatever their case and form of letters. */
export function hasBlockedWord(text: string, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  if (!compiled.has(words)) compiled.set(words, compile(words));
  return compiled.get(words)?.test(foldedText(text)) === true;
}

function compile(words: readonly string[]): RegExp | undefined {
  const folded = words.map(foldedText).filter((word) => word !== '');
  return folded.length === 0 ? undefined : new RegExp(folded.map(pattern).join('|'), 'u');
}

function pattern(word: string): string {
  const characters = Array.from(word);
  const escaped = word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const before = SPACED.test(characters[0] ?? '') ? '(?<![\\p{L}\\p{N}])' : '';
  const after = SPACED.test(characters.at(-1) ?? '') ? '(?![\\p{L}\\p{N}])' : '';
  return before + escaped + after;
}
