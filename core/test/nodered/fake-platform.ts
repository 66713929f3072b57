import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call of an operation as it came. */
export interface Posted {
  readonly path: string;
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** What Node-RED needs of a platform: the stream, `/meta` and operations, over real HTTP. */
export interface FakePlatform {
  readonly url: string;
  /** Sends an event to every open stream. */
  emit(name: string, payload: object): void;
  /** Tells every open stream that events before the next one are kept no more. */
  gap(): void;
  /** Ends all streams, as a platform that stops. */
  dropStreams(): void;
  /** Positions from which streams were resumed, in order; undefined for a fresh one. */
  readonly resumed: readonly (string | undefined)[];
  readonly posted: readonly Posted[];
  /** Resolves when this holds; looked at after every request. */
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

/** @param answerTo what a call of an operation gets; null drops its connection without an answer */
export async function startFakePlatform(
  answerTo: (call: Posted, attempt: number) => { status: number; body: unknown } | null,
): Promise<FakePlatform> {
  const streams = new Set<ServerResponse>();
  const resumed: (string | undefined)[] = [];
  const posted: Posted[] = [];
  const looking = new Set<() => void>();
  let position = 100;

  const operation = async (request: IncomingMessage, answer: ServerResponse) => {
    const { 'idempotency-key': key, authorization } = request.headers;
    const call = {
      path: request.url ?? '',
      key: key as string | undefined,
      authorization,
      body: await bodyOf(request),
    };
    posted.push(call);
    const given = answerTo(call, posted.filter((one) => one.key === key).length);
    if (given === null) request.socket.destroy();
    else
      answer
        .writeHead(given.status, { 'content-type': 'application/json' })
        .end(JSON.stringify(given.body));
  };
  const server = createServer(async (request, answer) => {
    const path = request.url?.split('?')[0];
    if (path === '/api/v1/stream') {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      resumed.push(request.headers['last-event-id'] as string | undefined);
      answer.write(`id: ${position}\n\n`); // where the stream stands
      streams.add(answer.once('close', () => streams.delete(answer)));
    } else if (path === '/api/v1/meta') {
      answer
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"events":[{"name":"package.created"}],"operations":[]}');
    } else {
      await operation(request, answer);
    }
    for (const look of looking) look();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    emit(name, payload) {
      position += 1;
      const data = { id: `event-${position}`, name, payload, actor: { name: 'operator' } };
      for (const stream of streams)
        stream.write(`id: ${position}\nevent: event.${name}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    gap() {
      const data = JSON.stringify({ from: position, to: position + 10 });
      position += 10;
      for (const stream of streams) {
        stream.write(`id: ${position}\nevent: stream.gap\ndata: ${data}\n\n`);
      }
    },
    dropStreams() {
      for (const stream of streams) stream.end();
    },
    resumed,
    posted,
    until: (holds) =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds()) return;
          looking.delete(look);
          resolve();
        };
        looking.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}
