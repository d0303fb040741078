/** What is wrong with a broadcast, in the words of the page's language. */
import type { Messages } from '../../i18n/en.ts';

/** A warning that this page does not know is shown by its code. */
export function warningText(texts: Messages, code: string): string {
  const known: Readonly<Record<string, string>> = texts.publisher.warnings;
  return Object.hasOwn(known, code) ? (known[code] ?? code) : code;
}
