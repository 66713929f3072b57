import { createI18n } from 'vue-i18n';
import uz from './locales/uz.json';

export const LOCALES = ['uz', 'ru', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** Each language in its own words, so that a person finds it whatever is switched on. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = {
  uz: 'Oʻzbekcha',
  ru: 'Русский',
  en: 'English',
};

/**
 * Whose conventions figures and times follow. Browsers are built without Uzbek data and would fall back
 * to none; the plant writes `1 200,500` and `21.11.2026`, as Russian does.
 */
export const FIGURE_TAGS: Readonly<Record<Locale, string>> = {
  uz: 'ru-RU',
  ru: 'ru-RU',
  en: 'en-GB',
};

export const i18n = createI18n({
  legacy: false,
  locale: 'uz',
  fallbackLocale: 'uz',
  messages: { uz } as Record<string, typeof uz>,
});

const loaders: Readonly<Record<Exclude<Locale, 'uz'>, () => Promise<{ default: typeof uz }>>> = {
  ru: () => import('./locales/ru.json'),
  en: () => import('./locales/en.json'),
};

/** Switches the language at run time; its texts are fetched when first asked for. */
export async function useLocale(locale: Locale): Promise<void> {
  if (locale !== 'uz' && !i18n.global.availableLocales.includes(locale)) {
    i18n.global.setLocaleMessage(locale, (await loaders[locale]()).default);
  }
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}
