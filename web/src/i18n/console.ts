/** The texts of the console in the language in use; loaded by the console alone. */
import { computed } from '@preact/signals';
import { consoleEn, type ConsoleTexts } from './console-en.ts';
import { consoleZh } from './console-zh.ts';
import { language } from './language.ts';

export const consoleTexts = computed<ConsoleTexts>(() => (language.value === 'zh' ? consoleZh : consoleEn));

/** A language tag for Intl. */
export const localeTag = computed(() => (language.value === 'zh' ? 'zh-CN' : 'en'));
