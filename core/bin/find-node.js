import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The oldest Node that runs TypeScript sources as they are, with all we use of it. */
const NEEDED = 24;

const PROGRAM = process.platform === 'win32' ? 'node.exe' : 'node';

/**
 * The Node to run the platform with: the one npm installed beside it, else the one running now.
 * @param {string} from a file or folder; packages are looked for as `import` there would
 * @returns {string | undefined} path of a Node that is new enough, undefined when there is none
 */
export function findNode(from) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  for (const folder of createRequire(join(from, '_')).resolve.paths(name) ?? []) {
    const inside = [join(folder, name, 'bin', PROGRAM), join(folder, name, PROGRAM)];
    const found = inside.find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  return Number.parseInt(process.versions.node, 10) >= NEEDED ? process.execPath : undefined;
}

/** What to tell a person when there is none. */
export const NO_NODE =
  `Qoida needs Node ${NEEDED} or newer; this one is ${process.versions.node}. ` +
  'Run `npm ci` without leaving out optional packages (it brings one for Linux and Windows), ' +
  'or install it from https://nodejs.org.';

/**
 * The environment in which children find the same Node first: `node` in their scripts is ours.
 * @param {string} node
 */
export function withNodeFirst(node) {
  const delimiter = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
}
