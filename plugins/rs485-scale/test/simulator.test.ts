import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '@qoida/core/testing';
import { SimulatorRefusal } from '../src/simulator/client.ts';
import { ACTION_NAMES, readCommand } from '../src/simulator/commands.ts';
import { findSocat } from '../src/simulator/pty-outlet.ts';
import { type Simulator, startSimulator } from './simulated.ts';

const oneScale = (link: unknown, scale: Record<string, unknown> = {}) => ({
  lines: [
    { protocol: 'ascii-st-gs', link, rate_hz: 50, scales: [{ code: 'w1', tau_s: 0.02, ...scale }] },
  ],
});
const TCP = { kind: 'tcp' };

describe('simulator', () => {
  const started: Simulator[] = [];
  const start = async (...args: Parameters<typeof startSimulator>) => {
    const simulator = await startSimulator(...args);
    started.push(simulator);
    return simulator;
  };
  const settled = async ({ client }: Simulator) => {
    while (!(await client.act('w1', { do: 'state' })).stable) await delay(5);
    return client.act('w1', { do: 'state' });
  };
  afterEach(async () => {
    for (const simulator of started.splice(0)) await simulator.stop();
  });

  it('puts, adds, tares, zeroes and removes as an operator would', async () => {
    const sim = await start(oneScale(TCP));
    await sim.client.act('w1', { do: 'put', kg: 0.02 });
    await settled(sim);
    assert.equal((await sim.client.act('w1', { do: 'zero' })).shown_kg, 0);
    await sim.client.act('w1', { do: 'put', kg: 2.02 });
    assert.equal((await settled(sim)).shown_kg, 2);
    assert.equal((await sim.client.act('w1', { do: 'tare' })).tare_kg, 2);
    await sim.client.act('w1', { do: 'add', kg: 5 });
    assert.equal((await settled(sim)).shown_kg, 5);
    await sim.client.act('w1', { do: 'remove' });
    assert.equal((await settled(sim)).placed_kg, 0);
  });

  it('refuses as an indicator would, and says why', async () => {
    const sim = await start(oneScale(TCP, { tau_s: 1 }));
    await sim.client.act('w1', { do: 'put', kg: 20 });
    for (const key of ['tare', 'zero'] as const)
      await assert.rejects(sim.client.act('w1', { do: key }), new SimulatorRefusal('in motion'));
    const calm = await start(oneScale(TCP, { start_kg: 20 }));
    await assert.rejects(
      calm.client.act('w1', { do: 'zero' }),
      new SimulatorRefusal('out of zero range'),
    );
    await assert.rejects(
      calm.client.act('nobody', { do: 'state' }),
      new SimulatorRefusal('no scale "nobody"'),
    );
  });

  it('shows nothing beyond Max + 9 divisions and below -20', async () => {
    const sim = await start(oneScale(TCP, { max_kg: 60 }));
    const at = async (kg: number) => {
      await sim.client.act('w1', { do: 'put', kg });
      return settled(sim);
    };
    assert.equal((await at(60.045)).overload, false);
    assert.equal((await at(60.06)).overload, true);
    assert.equal((await at(-0.1)).underload, false);
    const below = await at(-0.11);
    assert.deepEqual([below.underload, below.shown_kg], [true, null]);
  });

  it('answers a bad command with its fault and hangs up on what is no JSON', async () => {
    const sim = await start(oneScale(TCP));
    const socket = connect(sim.ready.control.port, '127.0.0.1');
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    socket.write('{"scale":"w1","do":"dance"}\n{"scale":"w1","do":"put"}\n');
    const first = JSON.parse(String((await lines.next()).value));
    assert.equal(first.ok, false);
    assert.ok(ACTION_NAMES.every((name) => first.error.includes(name)));
    assert.match(JSON.parse(String((await lines.next()).value)).error, /"kg"/);
    const closed = once(socket, 'close');
    socket.write('GET / HTTP/1.1\r\n{"scale":"w1","do":"break"}\n');
    assert.match(JSON.parse(String((await lines.next()).value)).error, /JSON/);
    await closed;
  });

  it('knows the parameter of every action', () => {
    let visited = 0;
    for (const name of ACTION_NAMES) {
      const command = { scale: 'w1', do: name, kg: 1, kg_per_s: 1, d: 1, frames: 1, on: true };
      assert.ok(!('error' in readCommand(command)), name);
      visited += 1;
    }
    assert.equal(visited, 17);
    for (const wrong of [null, 1, {}, { scale: 'w1' }, { scale: 'w1', do: 'put', kg: '5' }])
      assert.ok('error' in readCommand(wrong));
  });

  it('ends with its standard input and on SIGTERM', async () => {
    const sim = await start(oneScale(TCP));
    await sim.stop();
    assert.equal(sim.process.exitCode, 0);
    const second = await start(oneScale(TCP));
    const exited = once(second.process, 'exit');
    second.process.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
  });

  it('names a wrong setting and ends', async () => {
    const wrong = oneScale(TCP, { division: 0.005 });
    await assert.rejects(start(wrong), /config\.lines\[0\]\.scales\[0\]\.division: is no setting/);
  });

  it('leaves no pseudo-terminal behind, however it ends', async function () {
    if (!findSocat()) return this.skip();
    for (const end of ['stop', 'kill'] as const) {
      const sim = await start(oneScale({ kind: 'serial' }));
      const link = sim.link('w1');
      assert.ok(link.kind === 'serial' && existsSync(link.path));
      await sim[end]();
      await until(() => !existsSync(link.path), `${link.path} to go after ${end}`);
    }
  });

  it('says plainly that socat is missing and takes TCP where that is allowed', async () => {
    const bare = { ...process.env, PATH: '/nonexistent' };
    const sim = await start(oneScale({ kind: 'serial', fallback_tcp_port: 0 }), bare);
    assert.equal(sim.link('w1').kind, 'tcp');
    assert.ok(sim.warnings.some((line) => JSON.parse(line).warning === 'no_socat'));
    await assert.rejects(start(oneScale({ kind: 'serial' }), bare), /socat is not installed/);
  });
});
