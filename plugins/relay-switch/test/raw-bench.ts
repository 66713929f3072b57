import { type Answer, type TestPlatform, until } from '@qoida/core/testing';
import { type DeviceFrame, type RawDevice, type RawOptions, rawDevice } from './raw-device.ts';
import { startPlant } from './support.ts';

/** A command to one relay, by its number on the wire. */
export const told = (ch: number) => (frame: DeviceFrame) =>
  frame.type === 'set_relay' && frame.data.ch === ch;

/** A plant for one `describe`, with devices that say what they are told to; they hang up after each test. */
export function rawBench() {
  let plant: TestPlatform;
  const open: RawDevice[] = [];
  before(async () => {
    plant = await startPlant({ COMMAND_ACK_TIMEOUT_MS: '1500' });
  });
  after(() => plant?.stop());
  afterEach(() => {
    for (const { socket } of open.splice(0)) socket.terminate();
  });
  const stateOf = async (id: string) =>
    (await plant.admin.get(`/devices/${id}/relays`)).body as { online: boolean; states: string[] };
  const states = async (id: string) => (await stateOf(id)).states.join(' ');
  return {
    plant: () => plant,
    async dial(options: RawOptions = {}) {
      const device = await rawDevice(plant, options);
      open.push(device);
      return device;
    },
    stateOf,
    states,
    stand: (id: string, wanted: string) =>
      until(async () => (await states(id)) === wanted, `relays ${wanted}`),
    /** Sets one relay, or all with null, as a program. */
    set: (id: string, relay: number | null, body: object): Promise<Answer> =>
      plant.admin.post(`/devices/${id}/relays${relay === null ? '' : `/${relay}`}`, body),
    command: async (id: string) => (await plant.admin.get(`/relay-commands/${id}`)).body,
  };
}
