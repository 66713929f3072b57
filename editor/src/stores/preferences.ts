import { defineStore } from 'pinia';
import { Dark } from 'quasar';
import { ref } from 'vue';
import { speak } from '../data/http.ts';
import { LOCALES, type Locale, useLocale } from '../i18n.ts';

export type Theme = 'light' | 'dark';

const keyOf = (name: string) => `qoida.${name}`;

/** What this screen remembers: language, light or dark, and which line the kiosk stands at. Nothing secret. */
export const usePreferences = defineStore('preferences', () => {
  const locale = ref<Locale>('uz');
  const theme = ref<Theme>('light');
  /** Are units shown in rules where they are not written? */
  const hints = ref(true);

  async function speakIn(next: Locale): Promise<void> {
    await useLocale(next);
    locale.value = next;
    speak(next);
    remember('locale', next);
  }

  function lightUp(next: Theme): void {
    theme.value = next;
    document.documentElement.dataset.theme = next;
    Dark.set(next === 'dark');
    remember('theme', next);
  }

  function hint(next: boolean): void {
    hints.value = next;
    remember('hints', next ? 'on' : 'off');
  }

  async function start(): Promise<void> {
    const saved = recall('locale');
    const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
    lightUp(recall('theme') === 'dark' || (recall('theme') === null && dark) ? 'dark' : 'light');
    hints.value = recall('hints') !== 'off';
    await speakIn(LOCALES.find((known) => known === saved) ?? 'uz');
  }

  function remember(name: string, value: string): void {
    localStorage.setItem(keyOf(name), value);
  }

  const recall = (name: string): string | null => localStorage.getItem(keyOf(name));

  return { locale, theme, hints, start, speakIn, lightUp, hint, remember, recall };
});
