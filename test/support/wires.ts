import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@qoida/core/testing';

/** The far end of a line, where the indicator stands: what is written here the platform reads. */
export interface Wire {
  /** How the platform reaches its end, as a device's `line.link` says it. */
  readonly link: Readonly<Record<string, string | number>>;
  write(text: string): void;
  close(): Promise<void>;
}

/** A kind of line that the tests can lay. */
export interface WireKind {
  readonly name: string;
  /** Why this machine can't have it; undefined when it can. */
  missing(): string | undefined;
  lay(): Promise<Wire>;
}

export const SERIAL: WireKind = {
  name: 'a pseudo-terminal',
  missing: () =>
    spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0
      ? undefined
      : 'socat is not installed, so there is no pseudo-terminal to write to',
  lay: layPair,
};

export const TCP: WireKind = {
  name: 'an RS485-Ethernet converter',
  missing: () => undefined,
  lay: layConverter,
};

/** Two pseudo-terminals tied together by socat: the platform opens one, we write to the other. */
async function layPair(): Promise<Wire> {
  const folder = mkdtempSync(join(tmpdir(), 'qoida-line-'));
  const [theirs, ours] = [join(folder, 'platform'), join(folder, 'indicator')];
  const address = (path: string) => `pty,raw,echo=0,link=${path}`;
  const socat = spawn('socat', [address(theirs), address(ours)], { stdio: 'ignore' });
  await until(() => existsSync(theirs) && existsSync(ours), 'socat makes its pair of terminals');
  const mode = constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK;
  const indicator = openSync(ours, mode);
  return {
    link: { kind: 'serial', path: theirs },
    write(text) {
      try {
        writeSync(indicator, text);
      } catch (error) {
        // Nobody reads yet and the line is full: an indicator doesn't wait either.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    },
    async close() {
      const ended = socat.exitCode === null ? once(socat, 'exit') : undefined;
      socat.kill();
      await ended;
      closeSync(indicator);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function layConverter(): Promise<Wire> {
  const readers = new Set<Socket>();
  const server = createServer((socket) => {
    readers.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => readers.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    link: { kind: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    write(text) {
      for (const reader of readers) reader.write(text);
    },
    async close() {
      for (const reader of readers) reader.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
