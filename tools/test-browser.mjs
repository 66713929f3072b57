// `npm run test:browser`: the web app in a real Chromium, against a real platform.
import { ensureInstalled } from './ensure-installed.mjs';
import { runMocha } from './lib/mocha.mjs';
import { ensureWebApp } from './lib/web-app.mjs';

await ensureInstalled();
await ensureWebApp();
// One at a time: a browser with its platform keeps two cores busy.
process.exitCode = await runMocha(['editor/e2e/**/*.e2e.ts'], process.argv.slice(2), { atOnce: 1 });
