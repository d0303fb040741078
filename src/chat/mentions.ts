/** Parts of a text that name somebody who is there: "@name". */
import type { Mention } from './protocol.ts';
import { foldedText } from './text.ts';

/** Mentions in one text; further ones are not marked. */
const MOST_MENTIONS = 20;

/**
 * The mentions in a text. `find` tells whose a folded name is (see {@link foldedText}). `nameLength`: code points that a
 * name may have. Of two names that fit, the longer one counts.
 */
export function findMentions(
  text: string,
  nameLength: number,
  find: (foldedName: string) => string | undefined,
): Mention[] {
  const mentions: Mention[] = [];
  // What stands right behind a Latin letter is an address of mail.
  for (const { index: start } of text.matchAll(/(?<![\w.%+-])@(?=\S)/g)) {
    if (mentions.length >= MOST_MENTIONS) break;
    const mention = mentionAt(text, start, nameLength, find);
    if (mention !== undefined) mentions.push(mention);
  }
  return mentions;
}

function mentionAt(
  text: string,
  start: number,
  nameLength: number,
  find: (foldedName: string) => string | undefined,
): Mention | undefined {
  const characters = Array.from(text.slice(start + 1, start + 1 + 2 * nameLength)).slice(0, nameLength);
  for (let length = characters.length; length > 0; length--) {
    // A name ends where a word ends: "@Ann" is not in "@Anna".
    const next = characters[length] ?? '';
    const last = characters[length - 1] ?? '';
    if (isWord(last) && isWord(next)) continue;
    const name = characters.slice(0, length).join('');
    const author = name.trimEnd() === name ? find(foldedText(name)) : undefined;
    if (author !== undefined) return { author, start, length: 1 + name.length };
  }
  return undefined;
}

/** Letters and digits of scripts that put spaces between words. */
function isWord(character: string): boolean {
  return (
    /^[\p{L}\p{N}\p{M}]$/u.test(character) &&
    !/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u.test(character)
  );
}
