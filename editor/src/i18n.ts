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

/** What `Intl` and the `lang` attribute call each language. */
export const LOCALE_TAGS: Readonly<Record<Locale, string>> = { uz: 'uz-UZ', ru: 'ru-RU', en: 'en-GB' };

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
