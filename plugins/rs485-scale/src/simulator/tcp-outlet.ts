import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { OnBytes, Outlet } from './outlet.ts';

/** A client that reads more slowly than this lags behind loses bytes. */
const MAX_BACKLOG = 64 * 1024;

/** An RS485-Ethernet converter: a TCP server that passes bytes in both directions. */
export async function tcpOutlet(host: string, port: number, onBytes: OnBytes): Promise<Outlet> {
  const clients = new Set<Socket>();
  const serve = async (at: number): Promise<Server> => {
    const server = createServer({ noDelay: true }, (socket) => {
      clients.add(socket);
      socket.on('data', onBytes);
      socket.on('error', () => undefined);
      socket.on('close', () => clients.delete(socket));
    });
    server.listen(at, host);
    await once(server, 'listening');
    return server;
  };

  let server: Server | undefined = await serve(port);
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  const shut = async () => {
    const closing = server;
    server = undefined;
    for (const socket of clients) socket.destroy();
    if (closing) await new Promise((done) => closing.close(done));
  };
  return {
    link: { kind: 'tcp', host, port: bound },
    send(bytes) {
      for (const socket of clients) if (socket.writableLength < MAX_BACKLOG) socket.write(bytes);
    },
    break: shut,
    async mend() {
      server ??= await serve(bound);
    },
    close: shut,
  };
}
