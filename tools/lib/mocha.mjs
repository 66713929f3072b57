import { statSync } from 'node:fs';
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

/**
 * Runs mocha under the platform's Node, on sources.
 * @param {readonly string[]} specs the files to run unless `args` name some
 * @param {readonly string[]} args more arguments of mocha; paths and globs replace `specs`
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>} mocha's exit code
 */
export function runMocha(specs, args, env = {}) {
  const named = args.some(
    (arg) =>
      !arg.startsWith('-') &&
      (arg.endsWith('.ts') || statSync(at(arg), { throwIfNoEntry: false })?.isDirectory()),
  );
  const mocha = at('node_modules', 'mocha', 'bin', 'mocha.js');
  const options = [process.env.NODE_OPTIONS, '-C qoida-src'].filter(Boolean).join(' ');
  return runNode([mocha, ...args, ...(named ? [] : specs)], {
    env: { ...env, NODE_OPTIONS: options },
  });
}
