import assert from 'node:assert/strict';
import { until } from '../../src/testing/index.ts';
import { driverBench, line } from './driver-support.ts';

describe('commands of drivers', () => {
  const plant = driverBench();
  const { start, stop, links } = plant;
  const command = (type: string) => ({
    id: type,
    type,
    data: { ch: 2 },
    expiresAt: new Date(Date.now() + 60_000),
  });

  it('a command reaches the driver of its device, what it reports is kept, and its end is no answer', async () => {
    const id = await plant.bench.addDevice('board', { driver_model: 'moving', line: line() });
    assert.equal((await links.command(id, command('set'))).status, 'offline');
    await start();
    await until(() => links.isOnline(id), 'the way to the board');
    const done = await links.command(id, command('set'));
    assert.deepEqual([done.status, done.state], ['ok', { code: 'board', ch: 2 }]);
    const [row] = await until(async () => {
      const rows = await plant.bench.asOwner<{ online: boolean }>('select online from devices');
      return rows[0]?.online ? rows : null;
    }, 'the report');
    assert.equal(row?.online, true);

    const silent = await links.command(id, command('throw'));
    assert.deepEqual([silent.status, silent.message], ['unconfirmed', 'the bus is silent']);
    assert.equal((await links.command(id, command('die'))).status, 'unconfirmed');
    await until(() => links.isOnline(id), 'the driver to come back');
    await stop();
    assert.equal(links.isOnline(id), false);
  });

  it('a driver asks last whether a command is still wanted; what nobody can tell is not done', async () => {
    const id = await plant.bench.addDevice('board', { driver_model: 'moving', line: line() });
    await start();
    await until(() => links.isOnline(id), 'the way to the board');
    const asked = async (stillWanted: () => Promise<boolean>, ms = 60_000) => {
      const expiresAt = new Date(Date.now() + ms);
      const { status, code, message } = await links.command(id, {
        ...command('set'),
        expiresAt,
        stillWanted,
      });
      // A timer of Node fires up to a millisecond early.
      return { status, code, message, late: Date.now() + 1 >= expiresAt.getTime() };
    };
    assert.equal((await asked(async () => true)).status, 'ok');
    const no = { status: 'expired', late: false };
    assert.deepEqual(await asked(async () => false), {
      ...no,
      code: 'overtaken',
      message: undefined,
    });
    const away = new Error('no database');
    assert.deepEqual(await asked(() => Promise.reject(away)), {
      ...no,
      code: 'undecided',
      message: 'no database',
    });
    const never = await asked(() => new Promise(() => undefined), 300);
    assert.deepEqual([never.status, never.code, never.late], ['expired', undefined, true]);
  });

  it('S-M2-06 a device that is connected is alive, one that is gone is not', async () => {
    const id = await plant.bench.addDevice('sw-1');
    const away = await plant.bench.addDevice('sw-2');
    await plant.bench.asOwner('update devices set online = (id = $1)', [id]);
    const leave = plant.links.connect(id, async () => ({ status: 'ok', latency_ms: 1 }));
    await plant.start({ heartbeatMs: 30 });
    const heard = async (device: string) =>
      (
        await plant.bench.asOwner<{ last_heartbeat_at: Date | null }>(
          'select last_heartbeat_at from devices where id = $1',
          [device],
        )
      )[0]?.last_heartbeat_at;
    await until(() => heard(id), 'a sign of life');
    assert.equal(await heard(away), null);
    leave();
  });
});
