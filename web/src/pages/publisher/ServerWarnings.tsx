import { messages } from '../../i18n/language.ts';
import { Notice } from '../../components/Notice.tsx';
import { publisher } from './publisher-model.ts';

/** What the server finds wrong with the broadcast although it arrives. */
export function ServerWarnings() {
  const texts = messages.value.publisher.warnings;
  return publisher.warnings.value.map(({ code, advice }) => (
    <Notice key={code} kind="passing" testId={`warning-${code}`}>
      {isKnown(texts, code) ? texts[code] : advice}
    </Notice>
  ));
}

/** A newer server may have warnings that this page does not know; its own words are better than none. */
function isKnown<T extends object>(texts: T, code: PropertyKey): code is keyof T {
  return Object.hasOwn(texts, code);
}
