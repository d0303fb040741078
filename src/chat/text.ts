/** What people write, made safe to be shown as plain text: nothing in it hides, turns round or leaves its line. */

/** Combining marks in a row; the scripts of the world need no more, "zalgo" has dozens. */
const MOST_MARKS = 4;
/** Lines of a text; further ones go on in the last. */
const MOST_LINES = 10;

/** Line ends of all kinds. */
const LINE_ENDS = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/**
 * Taken out: control characters but line ends, halves of surrogate pairs and what no standard will ever assign; marks,
 * embeddings, overrides and isolates of the bidirectional algorithm (UAX 9); what is there but not to be seen (soft
 * hyphens, zero-width spaces, word joiners, fillers, annotations). Joiners stay: emoji and Persian need them.
 */
const UNWANTED =
  /[^\P{Cc}\n]|[\p{Cs}\p{Noncharacter_Code_Point}\u00AD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0\uFFF9-\uFFFB]/gu;

/** Tag characters write hidden text, but for the flags of regions: a black flag, up to six of them and an end. */
const TAGS = /(\u{1F3F4})?([\u{E0000}-\u{E007F}]+)/gu;
const FLAG_TAGS = /^[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{1,6}\u{E007F}$/u;

const JOINERS = /([\u200C\u200D])[\u200C\u200D]+/g;
const LONG_MARKS = new RegExp(`((?:\\p{M}[\\u200C\\u200D]?){${MOST_MARKS}})[\\p{M}\\u200C\\u200D]+`, 'gu');

/** The text in Unicode NFC without what could harm those who see it; may be empty. */
export function cleanText(text: string): string {
  const plain = text
    .replace(LINE_ENDS, '\n')
    .replaceAll('\t', ' ')
    .replace(UNWANTED, '')
    .replace(TAGS, (_all, flag: string | undefined, tags: string) => {
      return (flag ?? '') + (flag !== undefined && FLAG_TAGS.test(tags) ? tags : '');
    })
    .replace(JOINERS, '$1')
    .normalize('NFC')
    .replace(LONG_MARKS, '$1');
  return foldLines(plain).trim();
}

function foldLines(text: string): string {
  if (!text.includes('\n')) return text;
  const lines = text.replace(/\n{3,}/g, '\n\n').split('\n');
  return [...lines.slice(0, MOST_LINES - 1), lines.slice(MOST_LINES - 1).join(' ')].join('\n').trim();
}

/** A name in one line; undefined where nothing of it is to be seen, or it is longer than `most` code points. */
export function cleanName(text: string, most: number): string | undefined {
  const name = cleanText(text).replace(/\s+/g, ' ').trim();
  const isVisible = /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(name);
  return isVisible && lengthOf(name) <= most ? name : undefined;
}

/** Unicode code points. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** The first `most` code points. */
export function beginningOf(text: string, most: number): string {
  // A code point has at most two units: no more of them need be looked at.
  return Array.from(text.slice(0, 2 * most))
    .slice(0, most)
    .join('');
}

/** Marks of no script in particular that are not part of a letter: lines through it, rings around it. */
const LOOSE_MARKS = /(?=\p{M})\p{Script=Inherited}/gu;

/** Texts that look alike to a hurried reader are equal in this form: for comparison alone. */
export function foldedText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Join_Control}|\p{Variation_Selector}/gu, '')
    .replace(LOOSE_MARKS, '')
    .replace(/\s+/g, ' ')
    .trim();
}
