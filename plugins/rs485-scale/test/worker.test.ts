import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { until } from '@qoida/core/testing';
import { findSocat } from '../src/simulator/pty-outlet.ts';
import { createRecorder, QUICK, type Simulator, startSimulator } from './simulated.ts';

/** Processes that hold this port for a worker. */
function holdersOf(path: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.includes('serial-process')) && words.includes(path);
      } catch {
        return false;
      }
    });
}

describe('driver in a worker thread on a serial port', () => {
  let simulator: Simulator;
  let worker: Worker;
  let path: string;
  const seen = createRecorder();

  before(function () {
    if (!findSocat()) this.skip();
  });
  beforeEach(async () => {
    seen.forget();
    const scales = [{ code: 'w1', tau_s: 0.02, start_kg: 20.52 }];
    const line = { protocol: 'toledo-continuous', link: { kind: 'serial' }, rate_hz: 50, scales };
    simulator = await startSimulator({ lines: [line] });
    const link = simulator.link('w1');
    assert.ok(link.kind === 'serial');
    path = link.path;
    const devices = [{ code: 'w1', division_kg: 0.005 }];
    worker = new Worker(new URL('./line-worker.ts', import.meta.url), {
      workerData: { ...QUICK, protocol: line.protocol, link, devices },
    });
    worker.on('message', ({ kind, message }) => {
      if (kind === 'reading') seen.host.reading(message);
      if (kind === 'live') seen.host.live(message);
      if (kind === 'health') seen.host.health(message);
    });
    await seen.until('a stable 20.52 kg', () =>
      seen.readings.some((reading) => reading.stable && reading.gross_kg === 20.52),
    );
  });
  afterEach(async () => {
    await worker.terminate();
    await simulator.stop();
  });

  it('reads, loses the line and finds it again', async () => {
    await simulator.client.act('w1', { do: 'break' });
    await seen.until('line_lost', () => seen.state() === 'line_lost');
    await simulator.client.act('w1', { do: 'mend' });
    await seen.until('ok', () => seen.state() === 'ok');
  });

  it('lets go of the port when it is stopped', async () => {
    assert.equal(holdersOf(path).length, 1);
    const exited = once(worker, 'exit');
    worker.postMessage('stop');
    assert.deepEqual(await exited, [0]);
    assert.equal(seen.state(), 'stopped');
    assert.deepEqual(holdersOf(path), []);
  });

  it('lets go of the port when the thread is ended from outside', async () => {
    await worker.terminate();
    await until(() => holdersOf(path).length === 0, 'the port to be free');
  });

  it('opens the port again when the process that holds it dies', async () => {
    const [holder] = holdersOf(path);
    assert.ok(holder);
    seen.forget();
    process.kill(holder, 'SIGKILL');
    await seen.until('line_lost', () => seen.healths.some(({ state }) => state === 'line_lost'));
    await seen.until('ok', () => seen.state() === 'ok');
  });
});
