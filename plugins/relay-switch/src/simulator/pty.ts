import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Outlet } from './outlet.ts';

/** socat ends with us: the shell watches our end of its input and ends it, however we end. */
const WRAPPER = `
"$@" <&3 3<&- &
pid=$!
exec 1>&- 3<&-
while read -r _; do :; done
kill -TERM $pid 2>/dev/null
wait $pid`;
const START_MS = 5_000;
const LOOK_MS = 10;
const AGAIN_MS = 50;

/** The socat of this machine, which makes pseudo-terminals; undefined where there is none. */
export function findSocat(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, 'socat'))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * A pseudo-terminal that looks like a serial port. When its reader goes, a new one takes its place under
 * the same name, as a port stays where it is. @throws Error when socat makes none
 */
export async function openPty(
  socat: string,
  onBytes: (chunk: Uint8Array) => void,
): Promise<Outlet> {
  const folder = mkdtempSync(join(tmpdir(), 'qoida-relay-'));
  const path = join(folder, 'tty');
  let ending = false;
  let child = begin();

  function begin() {
    const address = `pty,raw,echo=0,wait-slave,pty-interval=0.02,link=${path}`;
    const started = spawn(
      '/bin/sh',
      ['-c', WRAPPER, 'qoida-pty', socat, '-t', '0.05', 'STDIO', address],
      {
        stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
        detached: true,
        env: { PATH: process.env.PATH },
      },
    );
    started.stdout?.on('data', onBytes);
    for (const stream of started.stdio) stream?.on('error', () => undefined);
    started.stdout?.once('close', () => {
      started.stdin?.end();
      setTimeout(again, AGAIN_MS);
    });
    return started;
  }

  function again() {
    if (!ending) child = begin();
  }

  for (let waited = 0; !existsSync(path); waited += LOOK_MS) {
    if (waited > START_MS) throw new Error(`socat made no pseudo-terminal at ${path}`);
    await pause(LOOK_MS);
  }
  return {
    link: { kind: 'serial', path },
    send(bytes) {
      const pipe = child.stdio[3];
      if (pipe && 'write' in pipe) pipe.write(bytes);
    },
    async close() {
      ending = true;
      const { exitCode, signalCode } = child;
      const gone =
        exitCode === null && signalCode === null
          ? new Promise<void>((resolve) => child.once('exit', () => resolve()))
          : undefined;
      child.stdin?.end();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
