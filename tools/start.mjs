// `npm start [-- --demo]`: installs and builds what is missing, then runs the platform and stays
// as its keeper. Plain JavaScript for Node 20 and newer; the platform itself runs under Node 24.
//
// The contract with core/src/main.ts: it runs with an IPC channel and QOIDA_PARENT_WATCH=1, which
// means: when process.on('disconnect') fires, shut down cleanly. The channel closes however this
// process ends, kill -9 included. SIGINT, SIGTERM and SIGHUP arrive as signals, each press once.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { withNodeFirst } from '../core/bin/find-node.js';
import { ensureInstalled } from './ensure-installed.mjs';
import { at, ROOT } from './lib/root.mjs';
import { platformNode } from './lib/run.mjs';
import { ensureWebApp } from './lib/web-app.mjs';

/** npm passes a terminal's Ctrl-C on although we have it already: a second one counts after this, ms. */
const SAME_PRESS_MS = 1_000;

const PARENT_CHECK_MS = 500;

await ensureInstalled();
await ensureWebApp();
const child = startPlatform();
passSignals(child);
followParent(child);

function startPlatform() {
  const node = platformNode();
  const args = ['-C', 'qoida-src', at('core', 'src', 'main.ts'), 'start', ...process.argv.slice(2)];
  const started = spawn(node, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // A group of its own: Ctrl-C reaches us alone, and we pass it on once.
    detached: true,
    env: {
      ...withNodeFirst(node),
      QOIDA_PARENT_WATCH: '1',
      NODE_COMPILE_CACHE: at('node_modules', '.cache', 'qoida'),
    },
  });
  started.once('error', (error) => {
    console.error(`The platform can't be run with ${node}: ${error.message}`);
    process.exit(3);
  });
  started.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
  return started;
}

function passSignals(child) {
  let last = Number.NEGATIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - last > SAME_PRESS_MS) child.kill(signal);
      last = now;
    });
  }
}

/**
 * Under npm, stops the platform when npm is gone: a killed npm can't pass anything on. Started by
 * hand the platform may outlive the shell, as `nohup` and service managers expect.
 */
function followParent(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const elders = [process.ppid, parentOf(process.ppid)].filter((pid) => pid > 1);
  setInterval(() => {
    if (process.ppid === elders[0] && elders.every(isAlive)) return;
    if (child.connected) child.disconnect();
  }, PARENT_CHECK_MS).unref();
}

/** npm may have put a shell between itself and us; its parent is then the one to watch. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const isShell = /\((?:sh|dash|bash|ash)\)/.test(stat);
    return isShell ? Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]) : 0;
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
