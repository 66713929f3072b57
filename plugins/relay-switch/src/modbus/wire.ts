import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, write as writeFd } from 'node:fs';
import { connect } from 'node:net';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';

/** An open way to the bytes of a bus. */
export interface Wire {
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

export interface WireEvents {
  onBytes(chunk: Uint8Array): void;
  /** At most once. */
  onLost(reason: string): void;
}

export type WireLink =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly path: string; readonly baud_rate?: number };

const CONNECT_MS = 5_000;
const USUAL_BAUD = 9_600;

/** Opens a bus. @throws Error with what a person can use */
export const openWire = (link: WireLink, events: WireEvents): Promise<Wire> =>
  link.kind === 'tcp' ? openTcp(link, events) : openSerial(link, events);

/** Modbus RTU through a converter that passes bytes. */
function openTcp(
  { host, port }: { readonly host: string; readonly port: number },
  { onBytes, onLost }: WireEvents,
): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<Wire>();
  const socket = connect({ host, port, noDelay: true, keepAlive: true });
  let fault = 'the converter closed the connection';
  let open = false;
  socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('no answer to the connection')));
  socket.on('error', (error) => {
    fault = error.message;
  });
  socket.on('data', onBytes);
  socket.once('close', () => (open ? onLost(fault) : reject(new Error(fault))));
  socket.once('connect', () => {
    open = true;
    socket.setTimeout(0);
    resolve({
      write: (bytes) =>
        new Promise((done, failed) =>
          socket.write(bytes, (error) => (error ? failed(error) : done())),
        ),
      close: () => socket.destroy(),
    });
  });
  return promise;
}

/**
 * A serial port of a Unix machine without a native module: `stty` sets it up (8N1, raw), and the
 * terminal's file is read as it is, which also works inside a worker.
 */
async function openSerial(
  { path, baud_rate = USUAL_BAUD }: { readonly path: string; readonly baud_rate?: number },
  { onBytes, onLost }: WireEvents,
): Promise<Wire> {
  const flag = process.platform === 'darwin' ? '-f' : '-F';
  const setUp = [
    flag,
    path,
    String(baud_rate),
    'raw',
    '-echo',
    'cs8',
    '-parenb',
    '-cstopb',
    'clocal',
  ];
  await promisify(execFile)('stty', setUp);
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const stream = new ReadStream(fd);
  let ended = false;
  const lose = (reason: string) => {
    if (ended) return;
    ended = true;
    stream.destroy();
    onLost(reason);
  };
  stream.on('data', (chunk: Uint8Array) => onBytes(chunk));
  stream.on('error', (error) => lose(error.message));
  stream.on('end', () => lose('the port is gone'));
  stream.on('close', () => lose('the port closed'));
  return {
    write: (bytes) =>
      new Promise((done, failed) =>
        writeFd(fd, bytes, (error) => (error ? failed(error) : done())),
      ),
    close() {
      if (ended) return;
      ended = true;
      stream.destroy();
      if (!stream.closed) return;
      closeSync(fd);
    },
  };
}
