import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { findNode, NO_NODE, withNodeFirst } from '../../core/bin/find-node.js';
import { ROOT } from './root.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The Node the platform runs with; ends this process with a sentence when there is none. */
export function platformNode() {
  const node = findNode(ROOT);
  if (node !== undefined) return node;
  console.error(NO_NODE);
  process.exit(3);
}

/**
 * Runs a program under the platform's Node, its output going where ours goes.
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<number>} its exit code, 128 + n for signal n
 */
export function runNode(args, options = {}) {
  const node = platformNode();
  return run(node, args, { ...options, env: { ...withNodeFirst(node), ...options.env } });
}

/**
 * Runs a command in the repository and answers its exit code. Told to end, it ends the command,
 * and then this process: what would come next was called off too.
 */
export function run(command, args, { cwd = ROOT, env = process.env, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: 'inherit' });
    let calledOff = false;
    const pass = (signal) => {
      calledOff = true;
      child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => {
      const code = exitCode ?? 128 + constants.signals[signal];
      if (calledOff) process.exit(code || 130);
      for (const name of SIGNALS) process.off(name, pass);
      resolve(code);
    });
  });
}

/** Seconds since a `performance.now()`, for a person. */
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
