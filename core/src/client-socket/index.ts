import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { refusalOf } from '../http/index.ts';
import type { Registry } from '../operations/index.ts';
import { mayHear } from '../stream/index.ts';
import { CLOSE, MAX_FRAME_BYTES, PROTOCOL } from './frames.ts';
import { createGuards } from './guards.ts';
import { ClientSession } from './session.ts';
import type { ClientParts } from './types.ts';

export const CLIENT_SOCKET = '/ws';
const HEARTBEAT_MS = 15_000;
const SIGN_IN_MS = 5_000;
/** Connections in all; more are refused before they cost anything. */
const MAX_OPEN = 2_000;

export interface ClientSocketOptions
  extends Pick<ClientParts, 'auth' | 'stream' | 'run' | 'translate' | 'log' | 'now' | 'onRefusal'> {
  readonly registry: Registry;
  readonly settings: { readonly API_RATE_LIMIT_RPM: number };
  readonly heartbeatMs?: number;
  readonly signInMs?: number;
}

export interface ClientSocket {
  /** @returns false when the address is another's affair */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer, client: { ip: string }): boolean;
  /** Connections that are open. */
  sessions(): number;
  stop(): Promise<void>;
}

/**
 * The WebSocket of people and programs (S-M2-02): `GET /ws`. The first frame signs in, so no token stands
 * in an address; then operations are asked for and events come, in the order and with the positions of
 * `GET /stream`. Everything goes down the one road.
 */
export function createClientSocket(options: ClientSocketOptions): ClientSocket {
  const guards = createGuards(options.settings.API_RATE_LIMIT_RPM);
  const parts: ClientParts = {
    ...options,
    refusalOf,
    mayHear: mayHear(options.registry.plugins),
    commands: commandsOf(options.registry),
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS,
    signInMs: options.signInMs ?? SIGN_IN_MS,
  };
  const open = new Map<WebSocket, ClientSession>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  return {
    upgrade(req, socket, head, { ip }) {
      if (new URL(req.url ?? '/', 'http://localhost').pathname !== CLIENT_SOCKET) return false;
      if (open.size >= MAX_OPEN) {
        socket.end(
          'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\r\n',
        );
        return true;
      }
      server.handleUpgrade(req, socket, head, (accepted) => {
        open.set(accepted, new ClientSession(accepted, ip, parts, guards));
        accepted.once('close', () => open.delete(accepted));
      });
      return true;
    },
    sessions: () => open.size,
    async stop() {
      const closed = [...open.keys()].map(
        (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      );
      for (const session of open.values()) session.close(CLOSE.stopping, 'the platform stops');
      await Promise.all(closed);
      server.close();
    },
  };
}

const commandsOf = ({ operations }: Registry): ReadonlyMap<string, string> =>
  new Map(
    [...operations.values()].flatMap(({ def }) =>
      def.socket === undefined ? [] : [[def.socket, def.name] as const],
    ),
  );
