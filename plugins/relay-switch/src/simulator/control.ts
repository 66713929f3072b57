import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Answer, Order } from './types.ts';

const HOST = '127.0.0.1';
const MAX_LINE = 4096;

export interface Control {
  readonly port: number;
  close(): void;
}

/** One JSON object a line in, one JSON answer a line out, on this machine only. */
export async function startControl(
  port: number,
  handle: (order: Order) => Answer,
): Promise<Control> {
  const server = createServer((socket) => {
    let unread = '';
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (text: string) => {
      const lines = (unread + text).split('\n');
      unread = lines.pop() ?? '';
      if (unread.length > MAX_LINE) socket.destroy();
      for (const line of lines) {
        const order = orderOf(line);
        // Whoever speaks no JSON is no client of ours, for example a browser sent here by a page.
        if (order === null) socket.destroy();
        else socket.write(`${JSON.stringify(handle(order))}\n`);
      }
    });
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => void server.close(),
  };
}

function orderOf(line: string): Order | null {
  try {
    const value: unknown = JSON.parse(line);
    const order = value as Order;
    return typeof order?.do === 'string' && typeof order.scale === 'string' ? order : null;
  } catch {
    return null;
  }
}
