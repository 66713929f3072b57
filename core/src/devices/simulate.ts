import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { device } from '../api/core-records.ts';
import { conflict, Refusal } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { flag, id, integer, number, text } from '../api/fields.ts';
import { operation } from '../api/operations.ts';

const ANSWER_MS = 5_000;

/** `POST /devices/{id}/simulate`, with `--demo` only: puts a load on a simulated scale, breaks its line … */
export const simulateDevice = operation({
  name: 'device.simulate',
  http: 'POST /devices/:id/simulate',
  status: 200,
  summary: {
    uz: 'Simulyatorni boshqarish',
    ru: 'Управлять симулятором',
    en: 'Move a simulated device',
  },
  roles: '*',
  effect: 'device',
  input: {
    id: id('device'),
    do: text({ maxLength: 40 }).example('put'),
    kg: number().optional(),
    kg_per_s: number().optional(),
    d: number().optional(),
    frames: number().optional(),
    on: flag().optional(),
    input: integer({ min: 0, max: 31 }).optional(),
    ms: integer({ min: 0, max: 60_000 }).optional(),
  },
  facts: { device: byId(device, 'id') },
  async run({ input, facts, db }) {
    const { code, id: deviceId } = facts.device;
    const [row] = await db.sql<{ control_port: number }>(
      'select control_port from device_simulators where device_id = ?',
      [deviceId],
    );
    if (row === undefined)
      throw conflict('not_simulated', `${code} is no simulated device`, { device: code });
    const { id: _, ...given } = input;
    // People say "drift 0.1"; the simulator's word for it is kg/s.
    const kg_per_s = given.kg_per_s ?? (given.do === 'drift' ? given.kg : null);
    const order = Object.entries({ ...given, kg_per_s }).filter(([, value]) => value !== null);
    const answer = await ask(row.control_port, { scale: code, ...Object.fromEntries(order) });
    if (answer.ok === true) return answer.state ?? {};
    throw conflict('simulator_refused', `The simulator refuses: ${answer.error}`, {
      device: code,
      error: answer.error ?? null,
    });
  },
});

interface Answer {
  readonly ok: boolean;
  readonly state?: unknown;
  readonly error?: string;
}

/** One order, one answer: a line of JSON each way over the loopback. @throws Refusal unavailable */
async function ask(port: number, order: object): Promise<Answer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, timeout: ANSWER_MS });
  socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(order)}\n`);
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done === true) throw new Error('it hung up');
    return JSON.parse(String(value)) as Answer;
  } catch (cause) {
    throw new Refusal(
      'unavailable',
      'simulator_gone',
      'The simulator does not answer',
      {},
      { retryAfter: 2, cause },
    );
  } finally {
    socket.destroy();
  }
}
