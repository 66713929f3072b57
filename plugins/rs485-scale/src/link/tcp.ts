import { connect } from 'node:net';
import type { Connect } from './connection.ts';

const CONNECT_MS = 5000;
const KEEP_ALIVE_MS = 10_000;

/** A raw byte stream to an RS485-Ethernet converter ("serial server"). */
export function tcpConnection(host: string, port: number): Connect {
  return (events, signal) =>
    new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, keepAlive: true });
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      let closing = false;
      let open = false;
      let fault = 'the converter closed the connection';
      const abort = () => socket.destroy(new Error('stopped'));
      signal.addEventListener('abort', abort, { once: true });
      socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('no answer to the connection')));
      socket.on('error', (error) => {
        fault = error.message;
      });
      socket.on('data', (chunk) => events.onBytes(chunk));
      socket.on('close', () => {
        signal.removeEventListener('abort', abort);
        if (!open) reject(new Error(fault));
        else if (!closing) events.onLost(fault);
      });
      socket.on('connect', () => {
        open = true;
        socket.setTimeout(0);
        resolve({
          write: (bytes) =>
            new Promise((done, failed) =>
              socket.write(bytes, (error) => (error ? failed(error) : done())),
            ),
          pause: () => socket.pause(),
          resume: () => socket.resume(),
          close: () => {
            closing = true;
            return new Promise((done) => {
              if (socket.destroyed) return done();
              socket.once('close', () => done());
              socket.destroy();
            });
          },
        });
      });
    });
}
