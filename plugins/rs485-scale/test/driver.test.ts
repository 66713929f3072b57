import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from 'mocha';
import runScale from '../src/driver.ts';
import { PROTOCOLS } from '../src/protocols/index.ts';
import { findSocat } from '../src/simulator/pty-outlet.ts';
import { createRecorder, QUICK, type Rig, startRig, startSimulator } from './simulated.ts';

const TCP = { kind: 'tcp' };
const LINKS = {
  tcp: TCP,
  'pseudo-terminal': { kind: 'serial' },
} as const;

let rig: Rig | undefined;
const start = async (...args: Parameters<typeof startRig>): Promise<Rig> => {
  rig = await startRig(...args);
  return rig;
};

const stableAt = ({ seen }: Rig, kg: number) =>
  seen.until(`a stable ${kg} kg`, () =>
    seen.readings.some((reading) => reading.stable && reading.gross_kg === kg),
  );
const healthy = ({ seen }: Rig, state: string) =>
  seen.until(`health ${state}`, () => seen.state() === state);

describe('driver on real bytes', () => {
  afterEach(async () => {
    await rig?.end();
    rig = undefined;
  });

  for (const [name, link] of Object.entries(LINKS))
    describe(`over ${name}`, () => {
      let visited = 0;
      before(function (this: Context) {
        if (link.kind === 'serial' && !findSocat()) this.skip();
      });
      for (const { name: protocol } of PROTOCOLS)
        it(`${protocol}: a load is put on, stays and is removed`, async () => {
          visited += 1;
          const scale = await start(protocol, link);
          await stableAt(scale, 0);
          await healthy(scale, 'ok');
          await scale.act('w1', { do: 'put', kg: 20.52 });
          await stableAt(scale, 20.52);
          const first = scale.seen.readings.find(({ gross_kg }) => gross_kg === 20.52);
          assert.ok(first && first.raw.length > 0 && first.unit === 'kg');
          scale.seen.forget();
          await scale.act('w1', { do: 'remove' });
          await stableAt(scale, 0);
        });
      after(function (this: Context) {
        if (visited > 0) assert.equal(visited, PROTOCOLS.length);
      });

      it('loses the line, says so, and comes back', async () => {
        const scale = await start('yaohua-continuous', link);
        await healthy(scale, 'ok');
        await scale.act('w1', { do: 'break' });
        await healthy(scale, 'line_lost');
        assert.equal(scale.seen.lives.at(-1)?.kg, null);
        await scale.act('w1', { do: 'put', kg: 7.5 });
        await scale.act('w1', { do: 'mend' });
        await healthy(scale, 'ok');
        await stableAt(scale, 7.5);
        assert.ok((scale.seen.healths.at(-1)?.counters.reconnects ?? 0) >= 1);
      });

      it('survives the sudden death of the other side and finds it again', async () => {
        const scale = await start('ascii-st-gs', link);
        await healthy(scale, 'ok');
        const place = scale.simulator.link('w1');
        await scale.simulator.kill();
        await healthy(scale, 'line_lost');
        const scales = [{ code: 'w1', tau_s: 0.02, start_kg: 33 }];
        const again = await startSimulator({
          lines: [{ protocol: 'ascii-st-gs', link: place, rate_hz: 50, scales }],
        });
        try {
          await healthy(scale, 'ok');
          await stableAt(scale, 33);
          await scale.driver.stop();
          assert.equal(scale.seen.state(), 'stopped');
        } finally {
          await again.stop();
          if (place.kind === 'serial')
            rmSync(dirname(place.path), { recursive: true, force: true });
        }
      });
    });

  for (const protocol of ['yaohua-command', 'modbus-rtu'])
    it(`${protocol}: two indicators share a bus, each with its own weight and health`, async () => {
      const scales = [
        { code: 'left', address: 1, start_kg: 1, tau_s: 0.02 },
        { code: 'right', address: 2, start_kg: 2, tau_s: 0.02 },
      ];
      const simulator = await startSimulator({ lines: [{ protocol, link: TCP, scales }] });
      const seen = createRecorder();
      const devices = [
        { code: 'left', address: 1, division_kg: 0.005 },
        { code: 'right', address: 2, division_kg: 0.005 },
        { code: 'absent', address: 3, division_kg: 0.005 },
      ];
      const link = simulator.link('left');
      const stability = { window_ms: 600, max_gap_ms: 400 };
      const config = { ...QUICK, stability, answer_ms: 60, protocol, link, devices };
      const driver = await runScale(config, seen.host);
      try {
        for (const [code, kg] of [
          ['left', 1],
          ['right', 2],
        ] as const)
          await seen.until(`${code} at ${kg} kg`, () =>
            seen.readings.some((r) => r.code === code && r.stable && r.gross_kg === kg),
          );
        await seen.until('the absent one to be missed', () => seen.state('absent') === 'no_data');
        assert.equal(seen.state('left'), 'ok');
        assert.equal(seen.state('right'), 'ok');
        assert.ok(seen.readings.every((r) => r.gross_kg === (r.code === 'left' ? 1 : 2)));
      } finally {
        await driver.stop();
        await simulator.stop();
      }
    });

  it('tells a load that stays again and again, so that it stays fresh', async () => {
    const scale = await start('toledo-continuous', TCP, {}, { start_kg: 5 });
    await scale.seen.until('the load told twice', () => {
      const told = scale.seen.readings.filter(({ stable, gross_kg }) => stable && gross_kg === 5);
      return told.length >= 2;
    });
  });

  it('never calls a drifting load stable, and follows it', async () => {
    const scale = await start('toledo-continuous', TCP);
    await scale.act('w1', { do: 'put', kg: 10 });
    await stableAt(scale, 10);
    await scale.act('w1', { do: 'drift', kg_per_s: 2 });
    await scale.seen.until(
      'an unstable reading',
      () => scale.seen.readings.at(-1)?.stable === false,
    );
    scale.seen.forget();
    await scale.seen.until('three readings of the drift', () => scale.seen.readings.length >= 3);
    assert.ok(scale.seen.readings.every(({ stable }) => !stable));
    const weights = scale.seen.readings.map(({ gross_kg }) => gross_kg);
    assert.deepEqual(
      weights,
      [...weights].sort((a, b) => a - b),
    );
  });

  it('never stores an overload or a negative weight, and shows both', async () => {
    const scale = await start('ascii-st-gs', TCP);
    await stableAt(scale, 0);
    await scale.act('w1', { do: 'put', kg: 61 });
    await healthy(scale, 'overload');
    await scale.seen.until(
      'overload on the screen',
      () => scale.seen.lives.at(-1)?.overload === true,
    );
    assert.equal(scale.seen.lives.at(-1)?.kg, null);
    await scale.act('w1', { do: 'put', kg: -0.05 });
    await healthy(scale, 'underload');
    await scale.seen.until('negative on the screen', () => scale.seen.lives.at(-1)?.kg === -0.05);
    assert.equal(scale.seen.lives.at(-1)?.negative, true);
    await scale.act('w1', { do: 'put', kg: -0.01 });
    await healthy(scale, 'ok');
    await scale.act('w1', { do: 'put', kg: -5 });
    await healthy(scale, 'underload');
    assert.ok(scale.seen.readings.every(({ gross_kg }) => gross_kg >= 0 && gross_kg <= 60.05));
  });

  it('knows an overload of an indicator that cannot say it', async () => {
    const scale = await start('yaohua-continuous', TCP, {}, { max_kg: 100 });
    await scale.act('w1', { do: 'put', kg: 61 });
    await healthy(scale, 'overload');
    assert.ok(scale.seen.readings.every(({ gross_kg }) => gross_kg <= 60.05));
  });

  it('adds the tare where the frame carries it, and shows a net weight only otherwise', async () => {
    const toledo = await start('toledo-continuous', TCP, {}, { start_kg: 2 });
    await stableAt(toledo, 2);
    await toledo.act('w1', { do: 'tare' });
    await toledo.act('w1', { do: 'put', kg: 12 });
    await stableAt(toledo, 12);
    await toledo.seen.until('10 kg net', () => toledo.seen.lives.at(-1)?.kg === 10);
    await toledo.end();

    const text = await start('ascii-st-gs', TCP, {}, { start_kg: 2 });
    await stableAt(text, 2);
    await text.act('w1', { do: 'tare' });
    await text.act('w1', { do: 'put', kg: 12 });
    await text.seen.until('a stable net weight', () => {
      const live = text.seen.lives.at(-1);
      return live?.kg === 10 && live.stable === false;
    });
    await text.seen.until('a hint at the tare', () =>
      text.seen.healths.some(({ reason }) => reason?.includes('tare')),
    );
    assert.ok(text.seen.readings.every(({ gross_kg }) => gross_kg <= 2));
  });

  it('refuses damaged frames, counts them, and says so when they are many', async () => {
    const scale = await start('yaohua-continuous', TCP, {}, { start_kg: 20 });
    await stableAt(scale, 20);
    scale.seen.forget();
    await scale.act('w1', { do: 'corrupt', frames: 40 });
    await healthy(scale, 'bad_checksum_rate');
    await healthy(scale, 'ok');
    assert.ok((scale.seen.healths.at(-1)?.counters.bad_checksums ?? 0) >= 20);
    assert.ok(scale.seen.readings.every(({ gross_kg }) => gross_kg === 20));
  });

  it('reads through noise, lost bytes and the heartbeats of a converter', async () => {
    const scale = await start('yaohua-continuous', TCP, {}, { start_kg: 20 });
    for (const fault of ['garbage', 'heartbeat'] as const)
      await scale.act('w1', { do: fault, on: true });
    await scale.act('w1', { do: 'drop_byte', frames: 5 });
    await scale.act('w1', { do: 'put', kg: 21.5 });
    await stableAt(scale, 21.5);
    const known = scale.seen.readings.map(({ gross_kg }) => gross_kg);
    assert.ok(known.every((kg) => kg >= 20 - 0.01 && kg <= 21.5 + 0.01));
  });

  it('tells silence from a wrong protocol', async () => {
    const scale = await start('yaohua-continuous', TCP);
    await healthy(scale, 'ok');
    await scale.act('w1', { do: 'quiet', on: true });
    await healthy(scale, 'no_data');
    await scale.act('w1', { do: 'mend' });
    await healthy(scale, 'ok');
    await scale.end();
    const wrong = await start('ascii-st-gs', TCP, { protocol: 'toledo-continuous' });
    await healthy(wrong, 'framing');
  });

  it('renews a silent connection without calling it lost', async () => {
    const scale = await start('yaohua-continuous', TCP, { idle_ms: 500 });
    await healthy(scale, 'ok');
    await scale.act('w1', { do: 'quiet', on: true });
    await healthy(scale, 'no_data');
    scale.seen.forget();
    await scale.act('w1', { do: 'mend' });
    await healthy(scale, 'ok');
    assert.ok(scale.seen.healths.every(({ state }) => state !== 'line_lost'));
  });

  it('says that the load cell is broken', async () => {
    const scale = await start('modbus-rtu', TCP);
    await healthy(scale, 'ok');
    await scale.act('w1', { do: 'adc_fault', on: true });
    await healthy(scale, 'adc_fault');
    await scale.act('w1', { do: 'mend' });
    await healthy(scale, 'ok');
  });

  it('stays small and responsive while the line babbles, and recovers', async () => {
    const scale = await start('yaohua-continuous', TCP, {}, { start_kg: 3 });
    await healthy(scale, 'ok');
    const before = process.memoryUsage().rss;
    const cpu = process.cpuUsage();
    const begun = performance.now();
    await scale.act('w1', { do: 'babble', on: true });
    await healthy(scale, 'framing');
    await scale.seen.until(
      'bytes thrown away',
      () => (scale.seen.healths.at(-1)?.counters.dropped_bytes ?? 0) > 0,
    );
    const used = process.cpuUsage(cpu);
    const share = (used.user + used.system) / 1000 / (performance.now() - begun);
    assert.ok(share < 0.7, `a babbling line took ${Math.round(share * 100)} % of a core`);
    assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
    await scale.act('w1', { do: 'mend' });
    await healthy(scale, 'ok');
    scale.seen.forget();
    await scale.act('w1', { do: 'put', kg: 4 });
    await stableAt(scale, 4);
  });
});
