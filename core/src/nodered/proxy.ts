import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createProxyServer } from 'http-proxy-3';
import type { NodeRed } from './child.ts';
import { readPass } from './pass.ts';

export const COOKIE = 'qoida_red';

export interface NodeRedProxyOptions {
  readonly nodeRed: NodeRed;
  readonly secret: string;
  readonly now: () => Date;
  /** Whether the person of a pass may still open Node-RED: a pass outlives neither a role nor an account. */
  readonly stillMay: (userId: string) => Promise<boolean>;
}

/** Leads `/red` to the Node-RED child, for those who hold a pass and for nobody else. */
export function nodeRedProxy(options: NodeRedProxyOptions) {
  const proxy = createProxyServer({ ws: true, xfwd: false });
  proxy.on('error', (_error, _request, answer) => {
    if (answer !== undefined && 'writeHead' in answer && !answer.headersSent)
      plain(answer, 502, 'Node-RED is starting; try again shortly');
    else answer?.end();
  });
  const passOf = async (request: IncomingMessage): Promise<string | undefined> => {
    const text = cookieOf(request, COOKIE);
    const pass = text === undefined ? undefined : readPass(text, options.secret, options.now());
    return pass !== undefined && (await options.stillMay(pass.userId)) ? text : undefined;
  };
  const target = () => {
    const port = options.nodeRed.port();
    return port === undefined ? undefined : `http://127.0.0.1:${port}`;
  };
  const carry = (request: IncomingMessage, pass: string) => {
    delete request.headers.cookie;
    delete request.headers.authorization;
    request.headers['x-qoida-pass'] = pass;
  };

  const handle = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const pass = await passOf(request);
    const to = target();
    if (pass === undefined) {
      turnAway(request, answer);
    } else if (to === undefined) {
      starting(request, answer);
    } else {
      carry(request, pass);
      proxy.web(request, answer, { target: to });
    }
  };
  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const pass = sameOrigin(request) ? await passOf(request) : undefined;
    const to = target();
    if (pass === undefined || to === undefined) {
      refuse(socket);
      return;
    }
    carry(request, pass);
    proxy.ws(request, socket as never, head, { target: to });
  };

  return {
    prefix: '/red',
    handle(request: IncomingMessage, answer: ServerResponse): void {
      handle(request, answer).catch(() => plain(answer, 503, 'Try again shortly'));
    },
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      upgrade(request, socket, head).catch(() => refuse(socket));
    },
    close: () => proxy.close(),
  };
}

const refuse = (socket: Duplex) =>
  void socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');

/** A person is led to the sign-in and back; a program gets 401. */
function turnAway(request: IncomingMessage, answer: ServerResponse): void {
  if (request.method === 'GET' && request.headers.accept?.includes('text/html')) {
    answer.writeHead(302, { location: '/sign-in?next=/red/', 'cache-control': 'no-store' }).end();
  } else {
    plain(answer, 401, 'Sign in first');
  }
}

/** A browser asks again by itself until Node-RED is there. */
function starting(request: IncomingMessage, answer: ServerResponse): void {
  const text = 'Node-RED is starting …';
  if (!request.headers.accept?.includes('text/html')) {
    plain(answer, 503, text);
    return;
  }
  answer
    .writeHead(503, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '1',
    })
    .end(`<!doctype html><meta http-equiv="refresh" content="1"><title>Node-RED</title><p>${text}`);
}

function plain(answer: ServerResponse, status: number, text: string): void {
  answer
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${text}\n`);
}

function sameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || URL.parse(origin)?.host === host;
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
