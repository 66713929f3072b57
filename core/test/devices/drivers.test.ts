import assert from 'node:assert/strict';
import type { DeviceHealth } from '@qoida/core';
import { conflict, Refusal } from '@qoida/core';
import { until } from '../../src/testing/index.ts';
import { driverBench, line } from './driver-support.ts';

describe('device drivers', () => {
  const plant = driverBench();
  const { start, healthOf, live, rows, change, published, history } = plant;

  it('F-M15-01 readings of a driver are stored with their frame; live weight and health reach the screens', async () => {
    const id = await plant.bench.addDevice('scale-a', { driver_model: 'steady', line: line() });
    await start();
    const stored = await until(
      async () => ((await rows(id)).length >= 3 ? rows(id) : null),
      'readings',
    );
    assert.deepEqual(
      [stored[0]?.gross_kg, stored[0]?.raw, stored[0]?.stable_bool],
      [20.52, '0242', true],
    );
    const seqs = stored.map((row) => Number(row.seq));
    assert.ok(seqs.every((seq, index) => index === 0 || seq === Number(seqs[index - 1]) + 1));
    assert.equal(live('scale-a')?.kg, 20.52);
    const health = published.get('health.scale-a') as DeviceHealth;
    assert.deepEqual([health.state, health.counters.frames], ['ok', 1]);
    assert.ok(!published.has('live.somebody-else'), 'a driver speaks only for its own devices');
  });

  it('one line serves all devices on it', async () => {
    const shared = line();
    const ids = [
      await plant.bench.addDevice('scale-a', {
        driver_model: 'steady',
        line: { ...shared, device: { address: 1 } },
      }),
      await plant.bench.addDevice('scale-b', {
        driver_model: 'steady',
        line: { ...shared, device: { address: 2 } },
      }),
    ];
    await start();
    for (const id of ids) await until(async () => (await rows(id)).length > 0, 'readings of both');
    assert.equal(
      plant.bench.lines.filter(({ message }) => message === 'device driver started').length,
      1,
    );
  });

  for (const [how, reason] of [
    ['throw', /the driver broke/],
    ['reject', /nobody caught it/],
    ['exit', /exited with code 3/],
    ['hang', /hangs/],
    // On a busy machine it hangs in clearing up before its memory ends.
    ['hog', /memory|hangs/],
    ['refuse', /no protocol "x"/],
  ] as const) {
    it(`a driver that ends by "${how}" is started again, says why, and leaves the others alone`, async () => {
      await plant.bench.addDevice('scale-bad', { driver_model: 'failing', line: line({ how }) });
      const good = await plant.bench.addDevice('scale-good', {
        driver_model: 'steady',
        line: line(),
      });
      await start();
      await until(
        () => (healthOf('scale-bad')?.counters.driver_restarts ?? 0) >= 2,
        'two restarts',
        30_000,
      );
      const told = history
        .filter(
          ({ topic, data }) =>
            topic === 'health.scale-bad' && (data as DeviceHealth).state === 'reconnecting',
        )
        .map(({ data }) => (data as DeviceHealth).reason);
      assert.match(told[0] ?? '', reason);
      assert.equal(
        live('scale-bad')?.kg ?? null,
        null,
        'no weight of a dead driver stays on a screen',
      );
      const before = (await rows(good)).length;
      await until(async () => (await rows(good)).length > before, 'the good line to run on');
      assert.equal(healthOf('scale-good')?.counters.driver_restarts, undefined);
    });
  }

  it('a driver that floods is bounded: it can’t fill the memory, and what it lost is counted', async () => {
    const id = await plant.bench.addDevice('scale-loud', {
      driver_model: 'flooding',
      line: line(),
    });
    await start();
    const health = await until(() => {
      const counters = healthOf('scale-loud')?.counters;
      return (counters?.dropped_unstable ?? 0) > 100_000 ? counters : null;
    }, 'the flood');
    assert.equal(health.driver_restarts, undefined, 'a flood is no reason to be ended');
    assert.ok((await rows(id)).length > 0);
    const stable = (await rows(id)).filter((row) => row.stable_bool).length;
    assert.ok(stable > 0, 'stable readings come through the flood');
    const logged = plant.bench.lines.filter(({ message }) => message.startsWith('babble')).length;
    assert.ok(logged > 0 && logged < 1_000, `${logged} log lines of a babbling driver`);
  });

  it('F-SEC-12 a driver sees no secret of the platform', async () => {
    process.env.QOIDA_TEST_SECRET = 'secret';
    await plant.bench.addDevice('scale-a', {
      driver_model: 'telling',
      line: line(),
      division_kg: 0.005,
    });
    await start();
    const told = await until(
      () => plant.bench.lines.find(({ message }) => message === 'seen'),
      'its log line',
    );
    delete process.env.QOIDA_TEST_SECRET;
    const seen = told.fields.environment as string[];
    assert.ok(!seen.includes('QOIDA_TEST_SECRET') && !seen.includes('HOME'), seen.join());
    const { devices: given } = told.fields.config as { devices: unknown };
    assert.deepEqual(given, [{ code: 'scale-a', division_kg: 0.005 }]);
    await until(
      () => plant.bench.lines.find(({ fields }) => String(fields.text).includes('on the console')),
      'its console',
    );
  });

  it('F-OP-56 numbers grow over a restart of the platform', async () => {
    const id = await plant.bench.addDevice('scale-a', { driver_model: 'steady', line: line() });
    const far = 9_000_000_000_000_000;
    await plant.bench.ingest.submit(
      id,
      plant.bench.organizationId,
      [{ seq: far, gross_kg: 1, length_m: null, stable: true, ts_device: new Date(), raw: '' }],
      {
        receivedAt: new Date(),
      },
    );
    await start();
    const stored = await until(
      async () => ((await rows(id)).length > 1 ? rows(id) : null),
      'a reading after the stored one',
    );
    assert.equal(stored[1]?.seq, far + 1);
  });

  it('readings wait while the store is away, and none is lost or doubled', async () => {
    const id = await plant.bench.addDevice('scale-a', { driver_model: 'steady', line: line() });
    let away = true;
    let tries = 0;
    await start({
      ingest: {
        async submit(...args) {
          tries += 1;
          if (away) throw new Refusal('unavailable', 'ingest_unavailable', 'away');
          const stored = await plant.bench.ingest.submit(...args);
          // The answer gets lost on its way once: the batch comes again.
          if (tries % 3 === 0)
            throw new Refusal('unavailable', 'ingest_unavailable', 'answer lost');
          return stored;
        },
      },
    });
    await until(() => tries >= 2, 'tries in vain');
    assert.equal((await rows(id)).length, 0);
    away = false;
    const stored = await until(
      async () => ((await rows(id)).length > 40 ? rows(id) : null),
      'what waited',
    );
    const seqs = stored.map((row) => Number(row.seq));
    assert.ok(
      seqs.every((seq, index) => index === 0 || seq === Number(seqs[index - 1]) + 1),
      'a gap',
    );
    assert.equal(healthOf('scale-a')?.counters.dropped_stable, undefined);
  });

  it('readings that the store will never take are dropped, counted and logged; the rest goes on', async () => {
    await plant.bench.addDevice('scale-a', { driver_model: 'steady', line: line() });
    let refusals = 0;
    await start({
      ingest: {
        submit: () => {
          refusals += 1;
          return Promise.reject(conflict('never', 'never'));
        },
      },
    });
    await until(
      () => refusals >= 2 && (healthOf('scale-a')?.counters.rejected ?? 0) >= 2,
      'refusals counted',
    );
    assert.ok(
      plant.bench.lines.some(({ message }) => message === 'readings were refused by the store'),
    );
  });

  it('a changed device starts its line anew, a switched off one ends it, and a wrong line is told', async () => {
    const id = await plant.bench.addDevice('scale-a', { driver_model: 'steady', line: line() });
    const other = await plant.bench.addDevice('scale-b', { driver_model: 'steady', line: line() });
    await start();
    await until(
      async () => (await rows(id)).length > 0 && (await rows(other)).length > 0,
      'both lines',
    );
    await change(id, { line: line({ kg: 7 }) });
    await until(() => live('scale-a')?.kg === 7, 'the new setting');
    await change(id, { line: line({ nonsense: true }) });
    await until(() => /nonsense/.test(healthOf('scale-a')?.reason ?? ''), 'the fault to be told');
    assert.equal(healthOf('scale-a')?.state, 'stopped');
    await change(id, { active: false });
    await until(() => healthOf('scale-a') === undefined, 'the line to end');
    const started = plant.bench.lines.filter(({ message }) => message === 'device driver started');
    assert.equal(started.length, 3, 'the other line was left alone');
  });

  it('a stop stores what was read, and leaves no worker behind', async () => {
    const id = await plant.bench.addDevice('scale-a', { driver_model: 'steady', line: line() });
    await start();
    await until(async () => (await rows(id)).length > 0, 'readings');
    await plant.stop();
    const before = (await rows(id)).length;
    assert.equal((published.get('health.scale-a') as DeviceHealth).state, 'stopped');
    assert.equal(live('scale-a')?.kg, null);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await rows(id)).length, before);
  });
});
