/** Runs Node-RED until it is killed: the test looks at what becomes of the child then. */
import { startNodeRed } from '../../src/nodered/child.ts';

const [, , dataDir = ''] = process.argv;
const nodeRed = startNodeRed({
  dataDir,
  secret: 'secret-of-the-holder',
  token: 'token',
  apiUrl: () => 'http://127.0.0.1:9',
  log: {
    debug: () =>
      setImmediate(() => nodeRed.port() !== undefined && process.stdout.write('ready\n')),
    warn: () => undefined,
  },
});
nodeRed.begin();
