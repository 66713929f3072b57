import {
  beginning,
  byId,
  conflict,
  device,
  type Facts,
  flag,
  id,
  list,
  number,
  oneOf,
  operation,
  type RowOf,
  type RunContext,
  type Shape,
  text,
} from '@qoida/core';
import { relayChanged, relayCommandEnded } from '../events.ts';
import { ACK_STATUSES } from '../link/frames.ts';
import { COMMAND_STATUSES, relay, relayCommand, relayInput } from '../records.ts';
import { relaysOf } from './facts.ts';
import { isHeld, rankOf } from './priority.ts';
import { type Told, takeStates } from './take-states.ts';

type CommandRow = RowOf<typeof relayCommand>;
type Context = Pick<RunContext<Shape, Facts>, 'db' | 'now' | 'emit'>;

const commandShown = ({ trace_id: _, ...row }: CommandRow) => row;

/** A command and the relays it was for, as they stand now. */
async function viewOf({ db }: Pick<Context, 'db'>, row: CommandRow) {
  const { device_id } = row;
  const relays = await db.of(relay).list({ device_id }, { sort: 'relay' });
  const meant = relays.filter((one) => row.relay === null || one.relay === row.relay);
  const differing = meant.filter(({ state }) => state !== row.state).map((one) => one.relay);
  return {
    command: commandShown(row),
    states: relays.map(({ state }) => state),
    relays,
    differing,
  };
}

/** What became of a command. */
export const oneCommand = operation({
  name: 'relay.command',
  summary: { uz: 'Buyruq holati', ru: 'Состояние команды', en: 'What became of a command' },
  roles: '*',
  effect: 'read',
  input: { command_id: id('relay_command') },
  facts: { command: byId(relayCommand, 'command_id') },
  async run({ facts, ...context }) {
    return viewOf(context, facts.command);
  },
});

/** How a device stands: its relays with who holds them, its inputs, and whether it is there (S-WS-02). */
export const deviceState = operation({
  name: 'relay.state',
  http: 'GET /devices/:device_id/relays',
  socket: 'get_state',
  summary: { uz: 'Qurilma holati', ru: 'Состояние устройства', en: 'How a device stands' },
  roles: '*',
  effect: 'read',
  input: { device_id: id('device') },
  facts: { device: byId(device, 'device_id') },
  async run({ facts, db }) {
    const { id: device_id, code, online } = facts.device;
    const relays = await relaysOf({ db }, device_id, code);
    const inputs = await db.of(relayInput).list({ device_id }, { sort: 'input' });
    return { device_id, code, online, states: relays.map(({ state }) => state), relays, inputs };
  },
});

/** Keeps the outcome of a command that was sent: the platform's own, after each delivery (S-M2-05). */
export const settleCommand = operation({
  name: 'relay.settle',
  summary: {
    uz: 'Buyruq natijasi',
    ru: 'Итог команды',
    en: 'Outcome of a command',
  },
  roles: [],
  effect: 'record',
  input: {
    device_id: id('device'),
    command_id: id('relay_command'),
    status: oneOf(...COMMAND_STATUSES),
    code: text({ maxLength: 100 }).optional(),
    message: text({ maxLength: 500 }).optional(),
    latency_ms: number({ min: 0 }).optional(),
    states: list(flag(), { max: 32 }).optional(),
  },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [relayChanged, relayCommandEnded],
  async run({ input, facts, ...context }) {
    const { db } = context;
    const before = await db.of(relayCommand).get(input.command_id, { lock: true });
    const better = before.status === 'unconfirmed' && input.status !== 'unconfirmed';
    if (before.status !== 'pending' && !better) return viewOf(context, before);
    return conclude(context, facts.device, before, input);
  },
});

/** An answer that came after the time-out: what the device did is taken over and noted as late (S-TST-05). */
export const lateAnswer = operation({
  name: 'relay.answer_late',
  summary: { uz: 'Kechikkan javob', ru: 'Опоздавший ответ', en: 'A late answer' },
  roles: ['device'],
  effect: 'record',
  input: {
    device_id: id('device'),
    command_id: id('relay_command'),
    status: oneOf(...ACK_STATUSES),
    code: text({ maxLength: 500 }).optional(),
    message: text({ maxLength: 500 }).optional(),
    states: list(flag(), { max: 32 }).optional(),
  },
  facts: { device: byId(device, 'device_id', { lock: true }) },
  emits: [relayChanged, relayCommandEnded],
  async run({ input, facts, ...context }) {
    const before = await context.db.of(relayCommand).get(input.command_id, { lock: true });
    if (before.device_id !== facts.device.id)
      throw conflict('command_of_another', 'The command was for another device');
    if (!['pending', 'unconfirmed'].includes(before.status)) return viewOf(context, before);
    const { status: said, code } = input;
    const refused = said === 'rejected' || said === 'expired' || said === 'error';
    return conclude(context, facts.device, before, {
      ...input,
      status: refused ? said : 'late',
      code: code === null ? null : beginning(code, 100),
    });
  },
});

/** A delivery that ended with the process that did it is not waited for any longer than this after its time. */
const FORGOTTEN_MS = 30_000;

/** Ends commands that nobody delivers any more: whether they were done is not known. */
export async function endForgotten(
  context: Pick<Context, 'db' | 'now'>,
  device_id: string,
): Promise<void> {
  const pending = await context.db.of(relayCommand).list({ device_id, status: 'pending' });
  for (const { id: command_id, expires_at } of pending) {
    if (context.now.getTime() - expires_at.getTime() < FORGOTTEN_MS) continue;
    const ended = { status: 'unconfirmed', code: 'forgotten', answered_at: context.now } as const;
    await context.db.of(relayCommand).update(command_id, ended);
  }
}

interface Outcome {
  readonly status: CommandRow['status'];
  readonly code?: string | null;
  readonly message?: string | null;
  readonly latency_ms?: number | null;
  readonly states: readonly boolean[] | null;
}

async function conclude(
  context: Context,
  of: RowOf<typeof device>,
  before: CommandRow,
  { status, code = null, message = null, latency_ms = null, states }: Outcome,
) {
  const { db, now, emit } = context;
  const row = await db
    .of(relayCommand)
    .update(before.id, { status, code, message, latency_ms, answered_at: now });
  const done = status === 'ok' || status === 'late';
  if (done || states !== null) await takeStates(context, of, toldBy(row, states, done));
  // Whether it was done may not be known: until it is, nobody of lower rank turns it round.
  if (done || status === 'unconfirmed') await hold(context, row);
  await emit(relayCommandEnded, { device_id: of.id, code: of.code, command_id: row.id, status });
  return viewOf(context, row);
}

/** What the answer says of the relays; without a snapshot those that were meant stand as they were asked to. */
function toldBy(row: CommandRow, states: readonly boolean[] | null, done: boolean): Told[] {
  const { source, owner, relay: meant } = row;
  if (states !== null)
    return states.map((on, index) => ({
      relay: index,
      on,
      source: meant === null || meant === index ? source : 'device',
      owner,
    }));
  if (!done) return [];
  return [{ relay: meant, on: row.state === 'on', source, owner }];
}

/** The relays are the command's from now on, for as long as it asked; nobody of lower rank is forgotten for it. */
async function hold({ db, now }: Pick<Context, 'db' | 'now'>, row: CommandRow): Promise<void> {
  const { device_id, owner, priority, hold_for } = row;
  const forever = hold_for === null;
  const until = forever ? null : new Date(now.getTime() + hold_for * 1000);
  const free = !forever && hold_for === 0;
  for (const one of await db.of(relay).list({ device_id }, { sort: 'relay', lock: true })) {
    if (row.relay !== null && one.relay !== row.relay) continue;
    const higher = isHeld(one, now) && rankOf(one.held_priority ?? 'automation') > rankOf(priority);
    if (higher) continue;
    await db.of(relay).update(one.id, {
      held_by: free ? null : owner,
      held_priority: free ? null : priority,
      held_until: until !== null && !free ? until : null,
    });
  }
}
