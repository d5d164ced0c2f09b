// Selects the language of the page's texts.

import { en } from './en.js';
import { zh } from './zh.js';

const preferred = navigator.languages.map((tag) => tag.split('-')[0]).find((tag) => tag === 'en' || tag === 'zh');

/** "en" or "zh": the browser's most preferred language that the page supports. */
export const language = preferred ?? 'en';

/** The texts in that language. */
export const t = language === 'zh' ? zh : en;

/** The language tag of the document and its formats. Chinese is always simplified Chinese. */
export const locale = language === 'zh' ? 'zh-CN' : navigator.languages.find((tag) => tag.startsWith('en')) ?? 'en';
