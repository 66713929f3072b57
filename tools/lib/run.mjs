import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { findNode, NO_NODE, withNodeFirst } from '../../core/bin/find-node.js';
import { ROOT } from './root.mjs';

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

/** Runs a command in the repository and answers its exit code. */
export function run(command, args, { cwd = ROOT, env = process.env, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: 'inherit' });
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.once(signal, pass);
    process.on('SIGINT', ignore); // the terminal tells the child itself
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGINT', ignore);
      for (const name of ['SIGTERM', 'SIGHUP']) process.off(name, pass);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function ignore() {}

/** Seconds since a `performance.now()`, for a person. */
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
