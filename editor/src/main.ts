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
import { usePreferences } from './stores/preferences.ts';

/** Language and look come first; who is here the router asks before the first page. */
async function start(): Promise<void> {
  const app = createApp(App);
  app.use(createPinia());
  app.use(Quasar, { iconSet, config: { dark: false } });
  app.use(i18n);
  await usePreferences().start();
  app.use(router);
  app.mount('#app');
}

void start();
