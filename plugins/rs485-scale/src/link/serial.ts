import { stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { SerialSettings } from '../protocols/types.ts';
import type { Connect, Connection } from './connection.ts';

/** `serialport` now and then misses the end of a port, so its file is looked at this often. */
const WATCH_MS = 500;

/**
 * A serial port of the machine, or a pseudo-terminal. Modem lines are left alone: a pseudo-terminal
 * has none, and RS485 adapters switch direction by themselves.
 */
export function serialConnection(path: string, settings: SerialSettings): Connect {
  return async (events, signal) => {
    signal.throwIfAborted();
    const port = new SerialPort({ path, ...settings, autoOpen: false, lock: true });
    let open = false;
    let closing = false;
    let lost: string | undefined;
    let watching: NodeJS.Timeout | undefined;
    const lose = (reason: string) => {
      if (!open || closing || lost !== undefined) return;
      lost = reason;
      clearInterval(watching);
      events.onLost(reason);
    };
    // 'close' comes only while the port flows, so the listener for data must stay.
    port.on('data', (chunk: Uint8Array) => events.onBytes(chunk));
    port.on('close', (error: Error | null) => lose(error?.message ?? 'the port closed'));
    port.on('error', (error) => lose(error.message));
    await new Promise<void>((done, failed) =>
      port.open((error) => (error ? failed(error) : done())),
    );
    open = true;
    await discardOld(port);
    const file = await fileOf(path);
    if (lost !== undefined) throw new Error(lost);
    if (file !== undefined)
      watching = setInterval(async () => {
        if ((await fileOf(path)) !== file) lose('the port is gone');
      }, WATCH_MS);
    return connectionOf(port, () => {
      closing = true;
      clearInterval(watching);
    });
  };
}

/** What stands at the path now; undefined for nothing, and for ports that are no files (Windows). */
const fileOf = (path: string): Promise<string | undefined> =>
  stat(path).then(
    ({ dev, ino, rdev }) => [dev, ino, rdev].join(),
    () => undefined,
  );

/** What the system kept from before we came is no weight of now. Some ports can't do it. */
function discardOld(port: SerialPort): Promise<void> {
  return new Promise((done) => port.flush(() => done()));
}

function connectionOf(port: SerialPort, onClosing: () => void): Connection {
  return {
    write: (bytes) =>
      new Promise((done, failed) => {
        port.write(Buffer.from(bytes), undefined, (error) => (error ? failed(error) : done()));
      }),
    pause: () => port.pause(),
    resume: () => port.resume(),
    close: () => {
      onClosing();
      return new Promise((done) => (port.isOpen ? port.close(() => done()) : done()));
    },
  };
}
