#!/usr/bin/env node
// The CLI's door in plain JavaScript, so that an old Node can say what it lacks. It hands over to
// the TypeScript sources in a checkout, and to the built files in an installed package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findNode, NO_NODE } from './find-node.js';

const source = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const built = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const node = findNode(fileURLToPath(new URL('..', import.meta.url)));
if (node === undefined) {
  console.error(NO_NODE);
  process.exit(3);
}

// Code that is compiled already is kept where `npm start` keeps it: commands start in half the time.
const packages = new URL(existsSync(source) ? '../../node_modules/' : '../../../', import.meta.url);
const cache = fileURLToPath(new URL('.cache/qoida', packages));

const program = existsSync(source) ? ['-C', 'qoida-src', source] : [built];
// The channel tells the child when this process is killed (see QOIDA_PARENT_WATCH in tools/start.mjs).
const child = spawn(node, [...program, ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { NODE_COMPILE_CACHE: cache, ...process.env, QOIDA_PARENT_WATCH: '1' },
});

// A terminal's Ctrl-C reaches the child by itself; everything else reaches us alone.
process.on('SIGINT', (signal) => {
  if (!process.stdin.isTTY) child.kill(signal);
});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));

child.once('error', (error) => {
  console.error(`Qoida can't be run with ${node}: ${error.message}`);
  process.exit(3);
});
child.once('exit', (code, signal) => {
  process.exit(code ?? 128 + constants.signals[signal]);
});
