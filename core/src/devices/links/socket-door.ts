import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DeviceModel } from '../../api/devices.ts';
import { Refusal } from '../../api/errors.ts';
import type { CommandAnswer, DeviceCommand, DialIn, SessionHost } from '../../api/links.ts';
import type { Database, DataLog } from '../../data/index.ts';
import { SecretReplaced } from '../../operations/proof.ts';
import { DEVICES_CHANNEL, type Door, type KnownDevice } from '../door.ts';
import type { Links } from './links.ts';
import { deviceActor, type RunAs } from './run-as.ts';
import { CLOSE, type Credentials, LiveSession } from './session.ts';

export const DEVICE_SOCKET = '/ws/devices';
const MAX_FRAME_BYTES = 8 * 1024;

export interface SocketDoorOptions {
  readonly db: Pick<Database, 'listen'>;
  readonly door: Door;
  readonly links: Links;
  readonly models: readonly DeviceModel[];
  readonly run: RunAs;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly now: () => Date;
  readonly log: DataLog;
}

export interface SocketDoor {
  /** @returns false when the address is another's affair */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer, client: { ip: string }): boolean;
  /** Tells of devices that were there when the platform ended unasked that they are gone. */
  forgetLost(
    devices: readonly { readonly id: string; readonly code: string }[],
    organizationId: string,
  ): Promise<void>;
  /** Devices that are in. */
  sessions(): number;
  /** Closes every session and waits until what came is kept. */
  stop(): Promise<void>;
}

/**
 * The door of devices that come in by themselves (S-M2-01): `GET /ws/devices` with
 * `Authorization: Bearer CODE.SECRET`. One session a device: a new one replaces the old (S-WS-04).
 */
export function createSocketDoor(options: SocketDoorOptions): SocketDoor {
  const sessions = new Map<string, LiveSession>();
  const lives = new Set<Promise<void>>();
  const halt = new AbortController();
  let stopping = false;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    handleProtocols: (offered) =>
      options.models
        .map(({ dialIn }) => dialIn?.protocol)
        .find((name) => name && offered.has(name)) ?? false,
  });

  /** Who was switched off or given another secret is let go. @param id of a device; none: any may have changed */
  const askAgain = async (id: string): Promise<void> => {
    for (const session of sessions.values()) {
      if (id !== '' && session.device.id !== id) continue;
      try {
        await options.door.stillFits(session.credentials);
      } catch (error) {
        letGo(session, error);
      }
    }
  };
  const changes = options.db.listen(DEVICES_CHANNEL, (id) => void askAgain(id));
  changes.catch((error: unknown) =>
    options.log.warn({ error: String(error) }, 'a changed device keeps its connection'),
  );

  const enter = async (socket: WebSocket, req: IncomingMessage, ip: string): Promise<void> => {
    // Frames of a device that is not let in yet wait in its own buffers.
    socket.pause();
    socket.on('error', () => socket.terminate());
    try {
      const credentials = { ip, token: bearerOf(req) };
      const device = await options.door.enterByToken(credentials);
      const dialIn = dialInOf(device, options.models);
      if (stopping || socket.readyState !== socket.OPEN) return socket.terminate();
      const life = live(device, credentials, socket, dialIn);
      lives.add(life);
      void life.finally(() => lives.delete(life));
      socket.resume();
    } catch (error) {
      const refused = error instanceof Refusal;
      if (!refused) options.log.error({ err: error }, 'a device could not be let in');
      const code = refused && error.code === 'rate_limited' ? CLOSE.rate : CLOSE.unauthorized;
      socket.resume();
      socket.close(refused ? code : 1011, refused ? error.reason : 'internal');
      setTimeout(() => socket.terminate(), 2_000).unref();
    }
  };

  /** Coming and going of one device are kept one after the other: the last word is the truth. */
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = async (id: string, work: () => unknown): Promise<void> => {
    const turn = (turns.get(id) ?? Promise.resolve()).then(work);
    turns.set(id, turn);
    await turn;
    if (turns.get(id) === turn) turns.delete(id);
  };

  const live = async (
    device: KnownDevice,
    credentials: Credentials,
    socket: WebSocket,
    dialIn: DialIn,
  ): Promise<void> => {
    const actor = deviceActor(device);
    const run = async (
      operation: string,
      input: Readonly<Record<string, unknown>>,
      idempotencyKey?: string,
      secretRef?: string,
    ) => {
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      const proof = secretRef === undefined ? {} : { secretRef };
      return (await options.run({ operation, input, actor, ...key, ...proof })).body;
    };
    const proveAnew = async () => {
      try {
        session.device = await options.door.stillFits(credentials);
      } catch (refusal) {
        letGo(session, refusal);
        throw refusal;
      }
    };
    /** What it answers counts only while it is trusted: else nobody knows what became of the command. */
    const commandProved = async (command: DeviceCommand): Promise<CommandAnswer> => {
      const answer = await session.session.command(command);
      if (answer.status === 'offline' || answer.status === 'unconfirmed') return answer;
      if (!(await options.door.hasStill(session.device))) await proveAnew();
      return answer;
    };
    /** What the device itself asks for, as long as the secret counts that it showed. */
    const runProved: SessionHost['run'] = async (operation, input, key) => {
      try {
        return await run(operation, input, key, session.device.secretRef);
      } catch (error) {
        if (!(error instanceof SecretReplaced)) throw error;
        await proveAnew();
        return run(operation, input, key, session.device.secretRef);
      }
    };
    /** Again and again while it is true: a device must not be shown as it was once. */
    const tell = async (operation: string, isSo: () => boolean) => {
      for (let pauseMs = 500; isSo(); pauseMs = Math.min(2 * pauseMs, 30_000)) {
        try {
          return await run(operation, { device_id: device.id });
        } catch (error) {
          // It was removed, and what is no more has neither come nor gone.
          if (error instanceof Refusal && error.code === 'not_found') return;
          options.log.error({ err: error, device: device.code }, `${operation} could not be kept`);
        }
        await sleep(pauseMs, undefined, { signal: halt.signal }).catch(() => undefined);
        if (stopping) return;
      }
    };
    const before = sessions.get(device.id);
    const session = new LiveSession(device, socket, dialIn, {
      ...options,
      run: runProved,
      credentials,
    });
    sessions.set(device.id, session);
    const leave = options.links.connect(device.id, commandProved);
    let gone = false;
    void session.gone.then(() => {
      gone = true;
      leave();
    });
    before?.close(CLOSE.replaced, 'replaced');
    await inTurn(device.id, () =>
      tell('device.come_online', () => !gone && sessions.get(device.id) === session),
    );
    await session.ended;
    if (sessions.get(device.id) !== session) return;
    sessions.delete(device.id);
    await inTurn(device.id, () => tell('device.go_offline', () => !sessions.has(device.id)));
  };

  return {
    upgrade(req, socket, head, { ip }) {
      if (new URL(req.url ?? '/', 'http://localhost').pathname !== DEVICE_SOCKET) return false;
      server.handleUpgrade(req, socket, head, (accepted) => void enter(accepted, req, ip));
      return true;
    },
    sessions: () => sessions.size,
    async forgetLost(devices, organizationId) {
      for (const device of devices) {
        const actor = deviceActor({ ...device, organizationId });
        const input = { device_id: device.id };
        await options.run({ operation: 'device.go_offline', input, actor });
      }
    },
    async stop() {
      stopping = true;
      halt.abort();
      await (await changes.catch(() => null))?.stop();
      for (const session of sessions.values()) session.close(1001, 'the platform stops');
      await Promise.all(lives);
      server.close();
    },
  };
}

/** What can't be told now is told when it comes back: until then it is out. */
function letGo(session: LiveSession, error: unknown): void {
  const refused = error instanceof Refusal && error.code !== 'rate_limited';
  session.close(refused ? CLOSE.unauthorized : CLOSE.tryAgain, reasonOf(error));
}

const reasonOf = (error: unknown) => (error instanceof Refusal ? error.reason : 'try_again');

function bearerOf(req: IncomingMessage): string {
  const [scheme = '', token = ''] = (req.headers.authorization ?? '').split(' ');
  return scheme.toLowerCase() === 'bearer' ? token : '';
}

/** @throws Refusal when the device is of no model that comes in by itself */
function dialInOf(device: KnownDevice, models: readonly DeviceModel[]): DialIn {
  const found = models.find(({ model }) => model === device.model)?.dialIn;
  if (found !== undefined) return found;
  throw new Refusal(
    'forbidden',
    'device_does_not_dial_in',
    'This device is not one that connects here',
    {
      device: device.code,
    },
  );
}
