// `npm run test:browser`: the web app in a real Chromium, against a real platform.
import { ensureInstalled } from './ensure-installed.mjs';
import { runMocha } from './lib/mocha.mjs';
import { ensureWebApp } from './lib/web-app.mjs';

await ensureInstalled();
await ensureWebApp();
// One at a time: a browser with its platform keeps two cores busy. Once more where it fails: a page of
// Chromium crashes now and then on a machine without a graphics card.
const args = ['--retries', '1', ...process.argv.slice(2)];
process.exitCode = await runMocha(['editor/e2e/**/*.e2e.ts'], args, { atOnce: 1 });
