import { WebSocket } from 'ws';

export interface ConnectionOptions {
  readonly url: string;
  readonly token: string;
  readonly backoff: { readonly firstMs: number; readonly mostMs: number };
  readonly onOpen: () => void;
  readonly onFrame: (frame: Readonly<Record<string, unknown>>) => void;
  readonly onClosed: () => void;
}

export interface Connection {
  readonly open: boolean;
  readonly lastClose: number | null;
  send(frame: object): boolean;
  /** The network is there or not. */
  network(up: boolean): void;
  /** Pings are answered, or the line stands open and nobody is there. */
  answerPings(answers: boolean): void;
  stop(): void;
}

/** After so long without a fault the pauses begin anew. */
const STABLE_MS = 60_000;

/** Dials in and comes back by itself: doubled pauses with ±30 % of chance (reference relay-switch §2). */
export function createConnection(options: ConnectionOptions): Connection {
  let socket: WebSocket | null = null;
  let attempt = 0;
  let up = true;
  let stopped = false;
  let autoPong = true;
  let lastClose: number | null = null;
  let pause: NodeJS.Timeout | undefined;

  const again = () => {
    if (!up || stopped) return;
    const { firstMs, mostMs } = options.backoff;
    const wait = Math.min(mostMs, firstMs * 2 ** attempt) * (0.7 + 0.6 * Math.random());
    attempt += 1;
    pause = setTimeout(dial, wait);
  };
  const dial = () => {
    const own = new WebSocket(`${options.url}/ws/devices?proto=1`, ['relay.v1'], {
      headers: { authorization: `Bearer ${options.token}` },
      autoPong: false,
      handshakeTimeout: 5_000,
    });
    socket = own;
    let stable: NodeJS.Timeout | undefined;
    own.on('ping', (data) => {
      if (autoPong) own.pong(data);
    });
    own.on('error', () => undefined);
    own.once('open', () => {
      stable = setTimeout(() => {
        attempt = 0;
      }, STABLE_MS);
      options.onOpen();
    });
    own.on('message', (data) => options.onFrame(JSON.parse(String(data))));
    own.once('close', (code) => {
      clearTimeout(stable);
      lastClose = code;
      if (socket !== own) return;
      socket = null;
      options.onClosed();
      again();
    });
  };
  const hangUp = () => {
    clearTimeout(pause);
    const own = socket;
    socket = null;
    own?.terminate();
    if (own !== null) options.onClosed();
  };
  dial();
  return {
    get open() {
      return socket?.readyState === WebSocket.OPEN;
    },
    get lastClose() {
      return lastClose;
    },
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    network(isUp) {
      if (up === isUp) return;
      up = isUp;
      attempt = 0;
      if (up) dial();
      else hangUp();
    },
    answerPings(answers) {
      autoPong = answers;
    },
    stop() {
      stopped = true;
      hangUp();
    },
  };
}
