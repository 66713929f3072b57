import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** The simulator's end of a bus. */
export interface Outlet {
  /** Where a driver reaches it. */
  readonly link: Readonly<Record<string, unknown>>;
  /** Bytes that nobody takes are lost, as on a wire. */
  send(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/** A bus behind a converter: a TCP port on the loopback. */
export async function openTcp(onBytes: (chunk: Uint8Array) => void): Promise<Outlet> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', onBytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    link: { kind: 'tcp', host: '127.0.0.1', port },
    send(bytes) {
      for (const socket of sockets) socket.write(bytes);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
