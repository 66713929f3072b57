import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { at } from './root.mjs';
import { runNode } from './run.mjs';

/** Where tests lie; browser tests (editor/e2e) are a run of their own. */
export const ALL_TESTS = [
  '{core,dsl}/test/**/*.test.ts',
  'plugins/*/test/**/*.test.ts',
  'node-red-nodes/test/**/*.test.ts',
  'editor/test/**/*.test.ts',
  'test/**/*.test.ts',
];

/** Tests wait more than they reckon (for disks, timers, other processes): one file more than there are cores. */
const FILES_AT_ONCE = Math.min(availableParallelism() + 1, 8);

/**
 * Runs mocha under the platform's Node, on sources: several files at once, unless `args` name files.
 * @param {readonly string[]} specs the files to run unless `args` name some
 * @param {readonly string[]} args more arguments of mocha; paths and globs replace `specs`
 * @param {{ env?: Record<string, string>, atOnce?: number }} [options]
 * @returns {Promise<number>} mocha's exit code
 */
export function runMocha(specs, args, { env = {}, atOnce = FILES_AT_ONCE } = {}) {
  const named = args.some(
    (arg) =>
      !arg.startsWith('-') &&
      (arg.endsWith('.ts') || statSync(at(arg), { throwIfNoEntry: false })?.isDirectory()),
  );
  const mocha = at('node_modules', 'mocha', 'bin', 'mocha.js');
  const options = [process.env.NODE_OPTIONS, '-C qoida-src'].filter(Boolean).join(' ');
  const parallel = atOnce > 1 ? ['--parallel', '--jobs', `${atOnce}`] : [];
  return runNode([mocha, ...args, ...(named ? [] : [...parallel, ...specs])], {
    env: { ...env, NODE_OPTIONS: options },
  });
}
