import fc from 'fast-check';
import { CLIENT_OFFERS } from './offers.ts';

const line = fc.constantFrom(...new Set(CLIENT_OFFERS.flatMap(({ text }) => text.split('\r\n'))));

const oddWord = fc.oneof(
  fc.string(),
  fc.constantFrom('', '-1', '1e99', 'NaN', 'Infinity', '__proto__', 'constructor', '4294967296', '\u0000', '\u{1f3a5}'),
);

/** A line of some client with one word of it replaced. */
const oddLine = fc.tuple(line, fc.nat(), oddWord).map(([text, at, word]) => {
  const words = text.split(/(?<=[ :=;,/])/);
  words[at % words.length] = word;
  return words.join('');
});

const change = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'insert', 'remove'),
  other: fc.oneof(line, oddLine),
});

/** A client's offer with up to 8 lines replaced, inserted or removed, by lines of other clients and by odd ones. */
export const changedOffer = fc
  .tuple(fc.constantFrom(...CLIENT_OFFERS), fc.array(change, { maxLength: 8 }))
  .map(([{ text }, changes]) => {
    const lines = text.split('\r\n');
    for (const { at, how, other } of changes) {
      lines.splice(at % lines.length, how === 'insert' ? 0 : 1, ...(how === 'remove' ? [] : [other]));
    }
    return lines.join('\r\n');
  });
