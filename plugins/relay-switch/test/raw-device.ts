import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type TestPlatform, until } from '@qoida/core/testing';
import { WebSocket } from 'ws';
import { register } from './support.ts';

/** A frame as the platform sends it. */
export interface DeviceFrame {
  readonly type: string;
  readonly id: string;
  readonly corr?: string;
  readonly data: ReturnType<typeof JSON.parse>;
}

/** A device that says exactly what it is told to. */
export interface RawDevice {
  readonly id: string;
  readonly code: string;
  readonly token: string;
  readonly socket: WebSocket;
  /** Everything that it was told. */
  readonly frames: readonly DeviceFrame[];
  /** How its relays stand, in its own words. */
  readonly relays: boolean[];
  send(type: string, data: object, more?: object): void;
  report(relays: readonly boolean[], more?: object): void;
  /** The first frame that fits, now or soon. */
  hear(fits: (frame: DeviceFrame) => boolean, what: string): Promise<DeviceFrame>;
  /** An event of its first input, with what answered it. @returns its id */
  tell(event: string, duration_ms: number, more?: object): Promise<string>;
  closed(): Promise<number>;
}

export interface RawOptions {
  /** One that is registered already. */
  readonly as?: { readonly id: string; readonly code: string; readonly token: string };
  /** Whether it does what it is told and says so. */
  readonly obeys?: boolean;
  readonly relays?: readonly boolean[];
}

/** Registers a device unless there is one, dials in, and says how it stands. */
export async function rawDevice(
  plant: Pick<TestPlatform, 'admin' | 'url'>,
  { as, obeys = true, relays: begins = [true, true, true] }: RawOptions = {},
): Promise<RawDevice> {
  const device = as ?? (await register(plant.admin));
  const url = `${plant.url.replace('http', 'ws')}/ws/devices`;
  const socket = new WebSocket(url, ['relay.v1'], {
    headers: { authorization: `Bearer ${device.token}` },
  });
  const frames: DeviceFrame[] = [];
  const relays = [...begins];
  const end = Promise.withResolvers<number>();
  const send = (type: string, data: object, more: object = {}) =>
    socket.send(JSON.stringify({ v: 1, type, id: randomUUID(), ...more, data }));
  const report = (states: readonly boolean[], more: object = {}) =>
    send('state_report', {
      relays: states.map((on, at) => ({ ch: at + 1, on, source: 'restore', ...more })),
      inputs: [],
    });
  const obey = ({ id, type, data }: DeviceFrame) => {
    if (type === 'set_config') send('ack', { status: 'ok' }, { corr: id });
    if (!obeys) return;
    if (type === 'set_relay') relays[data.ch - 1] = data.on;
    else if (type === 'set_all_relays') relays.splice(0, relays.length, ...data.states);
    else return;
    send('ack', { status: 'ok', state: relays }, { corr: id });
  };
  socket.on('message', (text) => {
    const frame = JSON.parse(String(text)) as DeviceFrame;
    frames.push(frame);
    obey(frame);
  });
  socket.on('error', () => undefined);
  socket.once('close', end.resolve);
  await once(socket, 'open');
  send('hello', { fw_version: '1', boot_id: 'b1', config_version: 1 });
  report(relays);
  const hear: RawDevice['hear'] = (fits, what) => until(() => frames.find(fits), what);
  await hear(({ type }) => type === 'welcome', 'the welcome');
  return {
    ...device,
    socket,
    frames,
    relays,
    send,
    report,
    hear,
    async tell(event, duration_ms, more = {}) {
      const id = randomUUID();
      send('input_event', { ch: 1, event, duration_ms, event_id: id, ...more }, { id });
      await hear(({ type, corr }) => type === 'ack' && corr === id, `an answer to ${event}`);
      return id;
    },
    closed: () => end.promise,
  };
}
