import { once } from 'node:events';
import { until } from '@qoida/core/testing';
import { WebSocket } from 'ws';

export type Frame = ReturnType<typeof JSON.parse>;

/** A client of `/ws` as a page has one. */
export interface WebClient {
  readonly heard: readonly Frame[];
  /** Sends a frame and waits for what answers it. */
  ask(type: string, more?: object): Promise<Frame>;
  send(frame: string | Buffer | object): void;
  /** The first frame heard that fits, now or soon. */
  hear(fits: (frame: Frame) => boolean, what: string): Promise<Frame>;
  closed(): Promise<{ code: number; reason: string }>;
  close(): void;
}

let asked = 0;

export async function openWebClient(url: string): Promise<WebClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, ['qoida.v1']);
  const heard: Frame[] = [];
  const end = Promise.withResolvers<{ code: number; reason: string }>();
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  socket.on('close', (code, reason) => end.resolve({ code, reason: String(reason) }));
  await once(socket, 'open');
  const hear = (fits: (frame: Frame) => boolean, what: string) =>
    until(() => heard.find(fits), what);
  return {
    heard,
    hear,
    ask(type, more = {}) {
      asked += 1;
      const id = `q-${asked}`;
      socket.send(JSON.stringify({ v: 1, type, id, ...more }));
      return hear(({ corr }) => corr === id, `an answer to ${type}`);
    },
    send: (frame) =>
      socket.send(
        typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame),
      ),
    closed: () => end.promise,
    close: () => socket.terminate(),
  };
}

export async function signedIn(url: string, token: string): Promise<WebClient> {
  const client = await openWebClient(url);
  const welcome = await client.ask('auth', { token, locale: 'en' });
  if (welcome.type !== 'welcome') throw new Error(`not let in: ${JSON.stringify(welcome)}`);
  return client;
}
