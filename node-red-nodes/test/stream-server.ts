import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server whose every answer the test decides, in the order in which requests come. */
export interface StreamServer {
  readonly url: string;
  /** The next request that nobody has taken yet. */
  next(): Promise<{ request: IncomingMessage; answer: ServerResponse; body: string }>;
  close(): Promise<void>;
}

type Exchange = Awaited<ReturnType<StreamServer['next']>>;

export async function startStreamServer(): Promise<StreamServer> {
  const come: Exchange[] = [];
  const waiting: ((exchange: Exchange) => void)[] = [];
  const server = createServer(async (request, answer) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const taker = waiting.shift();
    if (taker === undefined) come.push({ request, answer, body });
    else taker({ request, answer, body });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    next: () => {
      const exchange = come.shift();
      return exchange === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(exchange);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with a stream of server-sent events and begins it. */
export function openStream(answer: ServerResponse): ServerResponse {
  answer.writeHead(200, { 'content-type': 'text/event-stream' });
  answer.flushHeaders();
  return answer;
}

export const eventText = (id: number, data: unknown) =>
  `id: ${id}\nevent: event.package.created\ndata: ${JSON.stringify(data)}\n\n`;

export function answerJson(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
