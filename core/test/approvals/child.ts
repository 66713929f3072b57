import { createLog } from '../../src/http/log.ts';
import { configure } from '../../src/platform/configuration.ts';
import { startPlatform } from '../../src/platform/start.ts';
import { crates } from './crates.ts';

/** A platform of crates in a process of its own, to be killed; its address and token go to standard output. */
const configuration = await configure(process.env, [crates]);
const { url, localToken } = await startPlatform({
  configuration,
  version: 'test',
  demo: false,
  log: createLog({ level: 'error', readable: true }),
  progress: () => undefined,
});
console.log(JSON.stringify({ url, localToken }));
