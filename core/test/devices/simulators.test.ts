import assert from 'node:assert/strict';
import { until } from '../../src/testing/index.ts';
import { driverBench, line } from './driver-support.ts';
import { roadOf } from './road-support.ts';
import { refusedAs } from './support.ts';

describe('simulators', () => {
  const plant = driverBench();
  const { start, healthOf, live } = plant;
  const open = (more: object = {}) => ({ link: { kind: 'tcp' }, kg: 1, ...more });

  it('play the devices that name no address, and their drivers go there', async () => {
    const simulator = { rate_hz: 5, scale: { start_kg: 3 } };
    await plant.bench.addDevice('scale-a', {
      driver_model: 'played',
      line: open({ protocol: 'p', device: { address: 4 }, simulator }),
    });
    await plant.bench.addDevice('scale-real', { driver_model: 'played', line: line() });
    await start({ simulate: true });
    await until(() => live('scale-a')?.kg === 1, 'the simulated scale');
    const [row] = await plant.bench.asOwner<{ code: string }>(
      'select code from device_simulators join devices on devices.id = device_id',
    );
    assert.equal(row?.code, 'scale-a');
    const road = roadOf(plant.bench);
    const state = await road.as('operator', 'device.simulate', {
      id: 'scale-a',
      do: 'put',
      kg: 20.52,
    });
    assert.deepEqual(state, { scale: 'scale-a', do: 'put', kg: 20.52 });
    const refused = road.as('operator', 'device.simulate', { id: 'scale-a', do: 'refuse' });
    await assert.rejects(refused, refusedAs('simulator_refused'));
    await assert.rejects(
      road.as('operator', 'device.simulate', { id: 'scale-real', do: 'put', kg: 1 }),
      refusedAs('not_simulated'),
    );
  });

  it('that die come back, and nobody has to do anything', async () => {
    await plant.bench.addDevice('scale-a', { driver_model: 'played', line: open() });
    await start({ simulate: true });
    const port = async () =>
      (await plant.bench.asOwner<{ control_port: number }>('select * from device_simulators'))[0]
        ?.control_port;
    const first = await until(port, 'the simulator');
    await assert.rejects(
      roadOf(plant.bench).as('operator', 'device.simulate', { id: 'scale-a', do: 'die' }),
      refusedAs('simulator_gone'),
    );
    await until(async () => ((await port()) ?? first) !== first, 'the simulator to come back');
    await until(() => live('scale-a')?.kg === 1, 'its scale');
  });

  it('without them a device that names no address says so', async () => {
    await plant.bench.addDevice('scale-a', { driver_model: 'played', line: open() });
    await start();
    assert.match(healthOf('scale-a')?.reason ?? '', /names no path or host/);
  });
});
