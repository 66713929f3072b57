// `npm run accept [-- files]`: rewrites golden files from what the tests get now. Read the
// difference before you commit it; CI never runs this.
import { ensureInstalled } from './ensure-installed.mjs';
import { ALL_TESTS, runMocha } from './lib/mocha.mjs';

await ensureInstalled();
process.exitCode = await runMocha(ALL_TESTS, process.argv.slice(2), {
  env: { QOIDA_ACCEPT: '1' },
});
