import '@quasar/extras/roboto-font-latin-ext/roboto-font-latin-ext.css';
import 'quasar/dist/quasar.prod.css';
import './style/tokens.css';
import './style/base.css';
import './style/quasar.css';
import { createPinia } from 'pinia';
import { Quasar } from 'quasar';
import iconSet from 'quasar/icon-set/svg-material-symbols-rounded.js';
import { createApp } from 'vue';
import App from './App.vue';
import { i18n } from './i18n.ts';
import { router } from './router.ts';
import { useIdentity } from './stores/identity.ts';
import { useMeta } from './stores/meta.ts';
import { usePreferences } from './stores/preferences.ts';

/** Everything that must be known before the first screen: language, look, and who is here. */
async function start(): Promise<void> {
  const app = createApp(App);
  app.use(createPinia());
  app.use(Quasar, { iconSet, config: { dark: false } });
  app.use(i18n);
  await usePreferences().start();
  const here = await useIdentity()
    .restore()
    .catch(() => false);
  if (here)
    await useMeta()
      .load()
      .catch(() => undefined);
  app.use(router);
  await router.isReady();
  app.mount('#app');
}

void start();
