import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, lstatSync, mkdirSync, unlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { OnBytes, Outlet } from './outlet.ts';

/**
 * socat lives no longer than we do: the shell watches our end of its input and ends it, however we
 * end. The bytes go through descriptor 3 in and standard output out.
 */
const WRAPPER = `
"$@" <&3 3<&- &
pid=$!
exec 1>&- 2>&- 3<&-
while read -r _; do :; done
kill -TERM $pid 2>/dev/null
wait $pid
[ -z "$QOIDA_PTY_DIR" ] || rmdir "$QOIDA_PTY_DIR" 2>/dev/null
exit 0`;

const POLL_MS = 5;
const START_MS = 5000;
const RESPAWN_MS = 20;

/** The socat of this machine, or undefined. */
export function findSocat(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'socat')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Terminal {
  readonly child: ChildProcess;
  /** Somebody has the port open: bytes sent before are lost, as on a wire. */
  isOpen: boolean;
  readonly ended: Promise<void>;
}

/** A pseudo-terminal at `path` that looks like a serial port. `temporary`: its folder goes with it. */
export async function ptyOutlet(
  socat: string,
  path: string,
  temporary: boolean,
  onBytes: OnBytes,
): Promise<Outlet> {
  let current: Terminal | undefined;
  let wanted = true;

  const start = async () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    removeOldLink(path);
    const terminal = spawnTerminal(socat, path, temporary, onBytes);
    current = terminal;
    // The terminal ends when its reader goes; a new one takes its place under the same name.
    void terminal.ended.then(async () => {
      if (current !== terminal || !wanted) return;
      await delay(RESPAWN_MS);
      if (wanted && current === terminal) await start();
    });
    await appeared(path, terminal);
  };
  const end = async () => {
    wanted = false;
    const terminal = current;
    current = undefined;
    if (!terminal) return;
    terminal.child.stdin?.end();
    await terminal.ended;
    if (terminal.child.exitCode === null) await once(terminal.child, 'exit');
  };

  await start();
  return {
    link: { kind: 'serial', path },
    send(bytes) {
      const pipe = current?.child.stdio[3];
      if (!current?.isOpen || !pipe || !('write' in pipe)) return;
      if (!pipe.writableNeedDrain) pipe.write(bytes);
    },
    break: end,
    async mend() {
      if (wanted) return;
      wanted = true;
      await start();
    },
    close: end,
  };
}

function spawnTerminal(
  socat: string,
  path: string,
  temporary: boolean,
  onBytes: OnBytes,
): Terminal {
  const address = `pty,raw,echo=0,wait-slave,pty-interval=0.02,link=${path}`;
  const child = spawn(
    '/bin/sh',
    ['-c', WRAPPER, 'qoida-pty', socat, '-d', '-d', '-t', '0.05', 'STDIO', address],
    {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, QOIDA_PTY_DIR: temporary ? dirname(path) : '' },
    },
  );
  const ended = new Promise<void>((done) => child.stdout?.once('close', () => done()));
  const terminal: Terminal = { child, isOpen: false, ended };
  child.stdout?.on('data', onBytes);
  child.stderr?.on('data', (text) => {
    if (String(text).includes('starting data transfer')) terminal.isOpen = true;
  });
  for (const stream of child.stdio) stream?.on('error', () => undefined);
  void ended.then(() => {
    terminal.isOpen = false;
    child.stdin?.end();
  });
  return terminal;
}

/** @throws Error when socat ends or the port isn't there in time. */
async function appeared(path: string, terminal: Terminal): Promise<void> {
  let ended = false;
  void terminal.ended.then(() => {
    ended = true;
  });
  for (let waited = 0; !existsSync(path); waited += POLL_MS) {
    if (ended || waited > START_MS) throw new Error(`socat made no pseudo-terminal at ${path}`);
    await delay(POLL_MS);
  }
}

/** A killed simulator may have left its link; nothing else is ever removed. */
function removeOldLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(path);
}
