import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type Answer, type Command, readCommand } from './commands.ts';

const HOST = '127.0.0.1';
const MAX_LINE = 4096;

export interface Control {
  readonly port: number;
  close(): Promise<void>;
}

/** One JSON object a line in, one JSON answer a line out, on this machine only. */
export async function startControl(
  port: number,
  handle: (command: Command) => Promise<Answer>,
): Promise<Control> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let unread = '';
    let queue: Promise<void> = Promise.resolve();
    socket.setEncoding('utf8');
    socket.on('data', (text) => {
      const lines = (unread + text).split('\n');
      unread = lines.pop() ?? '';
      if (unread.length > MAX_LINE) socket.destroy();
      for (const line of lines) queue = queue.then(() => reply(socket, line, handle));
    });
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

async function reply(
  socket: Socket,
  line: string,
  handle: (command: Command) => Promise<Answer>,
): Promise<void> {
  const command = parse(line);
  const answer: Answer =
    'error' in command ? { ok: false, error: command.error } : await handle(command);
  socket.write(`${JSON.stringify(answer)}\n`);
  // Whoever speaks no JSON is no client of ours, for example a browser sent here by a page.
  if ('error' in command && command.fatal) socket.destroySoon();
}

type Parsed = Command | { readonly error: string; readonly fatal: boolean };

function parse(line: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { error: 'not JSON', fatal: true };
  }
  const command = readCommand(value);
  return 'error' in command ? { ...command, fatal: false } : command;
}
