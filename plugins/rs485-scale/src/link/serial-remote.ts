import { type ChildProcess, fork } from 'node:child_process';
import type { SerialSettings } from '../protocols/types.ts';
import type { Connect, Connection } from './connection.ts';
import type { FromPort, ToPort } from './serial-messages.ts';

const built = import.meta.url.endsWith('.js') ? 'js' : 'ts';
const PROGRAM = new URL(`./serial-process.${built}`, import.meta.url);
const CLOSE_MS = 1000;

/**
 * A serial port held by a process of its own. The native part of `serialport` polls on the main
 * thread's event loop, so in a worker thread it aborts the whole program at the first byte.
 */
export function remoteSerialConnection(path: string, settings: SerialSettings): Connect {
  return (events, signal) =>
    new Promise((resolve, reject) => {
      const child = fork(PROGRAM, [path, JSON.stringify(settings)], {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: [],
      });
      const remote = createRemote(child);
      const abort = () => void remote.connection.close();
      signal.addEventListener('abort', abort, { once: true });
      let open = false;
      let lost = false;
      const lose = (reason: string) => {
        if (lost) return;
        lost = true;
        remote.failWrites(reason);
        signal.removeEventListener('abort', abort);
        if (!open) reject(new Error(reason));
        else if (!remote.isClosing()) events.onLost(reason);
      };
      child.on('message', (message: FromPort) => {
        switch (message.kind) {
          case 'opened':
            open = true;
            return resolve(remote.connection);
          case 'bytes':
            return events.onBytes(message.bytes);
          case 'written':
            return remote.written(message.id, message.fault);
          case 'failed':
          case 'lost':
            return lose(message.reason);
        }
      });
      child.on('error', (error) => lose(error.message));
      child.on('exit', (code, killed) => lose(`the port's process ended (${killed ?? code})`));
    });
}

interface Remote {
  readonly connection: Connection;
  written(id: number, fault: string | undefined): void;
  failWrites(reason: string): void;
  isClosing(): boolean;
}

function createRemote(child: ChildProcess): Remote {
  const writes = new Map<number, (fault: string | undefined) => void>();
  let lastId = 0;
  let closing = false;
  const tell = (message: ToPort) => {
    // A failing send is followed by the child's exit, which is the one that counts.
    if (child.connected) child.send(message, () => undefined);
  };
  const settle = (id: number, fault: string | undefined) => {
    writes.get(id)?.(fault);
    writes.delete(id);
  };
  return {
    written: settle,
    failWrites: (reason) => {
      for (const id of [...writes.keys()]) settle(id, reason);
    },
    isClosing: () => closing,
    connection: {
      write: (bytes) =>
        new Promise((done, failed) => {
          lastId += 1;
          writes.set(lastId, (fault) => (fault === undefined ? done() : failed(new Error(fault))));
          tell({ kind: 'write', id: lastId, bytes });
        }),
      pause: () => tell({ kind: 'pause' }),
      resume: () => tell({ kind: 'resume' }),
      close: () => {
        closing = true;
        if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
        return new Promise((done) => {
          const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
          child.once('exit', () => {
            clearTimeout(timer);
            done();
          });
          tell({ kind: 'close' });
        });
      },
    },
  };
}
