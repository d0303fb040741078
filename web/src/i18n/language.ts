/** Which language the page speaks: chosen by hand, by ?lang=, or by the browser. */
import { computed, effect, signal } from '@preact/signals';
import { readStored, writeStored } from '../settings/storage.ts';
import { en, type Messages } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';

const LANGUAGES: Record<Language, Messages> = { en, zh };
const STORAGE_KEY = 'language';

/** The language that the wishes (BCP 47 tags, most wanted first) ask for; English where none is known. */
export function chooseLanguage(wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const primary = wish?.toLowerCase().split('-')[0];
    if (primary === 'zh' || primary === 'en') return primary;
  }
  return 'en';
}

/** The language in use. */
export const language = signal<Language>('en');

/** The texts of the language in use. */
export const messages = computed<Messages>(() => LANGUAGES[language.value]);

/** Chooses the language at start and keeps the document's language and title in step. */
export function startLanguage(title: (texts: Messages) => string): void {
  const query = new URLSearchParams(location.search).get('lang');
  language.value = chooseLanguage([query, readStored('localStorage', STORAGE_KEY), ...navigator.languages]);
  effect(() => {
    document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
    document.title = `${title(messages.value)} · live-webrtc`;
  });
}

/** Goes over to the other language and remembers that. */
export function switchLanguage(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh';
  writeStored('localStorage', STORAGE_KEY, language.value);
}
