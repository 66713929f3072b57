// `npm test [-- more arguments of mocha, or files]`
import { ensureInstalled } from './ensure-installed.mjs';
import { ALL_TESTS, runMocha } from './lib/mocha.mjs';

await ensureInstalled();
process.exitCode = await runMocha(ALL_TESTS, process.argv.slice(2));
