/** A node of the platform in a process of its own, so that a test can kill it. Arguments: DSN, folder, rules, settings. */
import { pathToFileURL } from 'node:url';
import { bellsWith } from './bells.ts';
import { startNode } from './plant.ts';

const [dsn, dataDir, rules, settings] = process.argv.slice(2) as [string, string, string, string];
const node = await startNode(dsn, dataDir, {
  plugins: [bellsWith(pathToFileURL(rules))],
  settings: JSON.parse(settings),
});
process.stdout.write(`${JSON.stringify({ url: node.platform.url, token: node.admin.token })}\n`);
