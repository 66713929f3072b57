import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { onlyUsedParser } from '../dsl/bundle/parser-parts.ts';

/** Where `npm run dev` finds the platform; the built app is served by the platform itself. */
const platform = process.env.QOIDA_URL ?? 'http://localhost:8080';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  // The language runs in the browser from its sources; the other conditions are vite's own.
  resolve: { conditions: ['qoida-src', 'module', 'browser', 'development|production'] },
  worker: { format: 'es', plugins: () => [onlyUsedParser()] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    // Which plugin took how long helps nobody who only starts the platform.
    rolldownOptions: { checks: { pluginTimings: false } },
    // Monaco is one lazy chunk of this size; the first screen stays far below it.
    chunkSizeWarningLimit: 4500,
  },
  server: {
    proxy: { '/api': platform, '/red': { target: platform, ws: true } },
  },
});
