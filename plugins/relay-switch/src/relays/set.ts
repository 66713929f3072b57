import {
  type BaseContext,
  byId,
  device,
  type Facts,
  id,
  integer,
  invalid,
  oneOf,
  operation,
  quantity,
  type RowOf,
  type RunContext,
  type Shape,
} from '@qoida/core';
import { refuseStranger } from '../access/may.ts';
import { relayChanged, relayCommandEnded } from '../events.ts';
import { PRIORITIES, type Priority, type relay, relayCommand, type Source } from '../records.ts';
import { SWITCHERS } from '../roles.ts';
import { relaySettingsOf } from '../settings.ts';
import { deliverCommand } from './deliver.ts';
import { allRelays, oneRelay } from './facts.ts';
import { type Claim, claimOf, rankOf, refuseHeld, relayHeld, usualHold } from './priority.ts';
import { endForgotten } from './settle.ts';

type RelayRow = RowOf<typeof relay>;
type DeviceRow = RowOf<typeof device>;

/** What `run` keeps of a command for its delivery, also for one that is asked again. */
export interface KeptCommand {
  readonly command_id: string;
  readonly device_id: string;
  readonly relay: number | null;
  readonly state: 'on' | 'off';
  /** How many relays are meant. */
  readonly relays: number;
  readonly owner: string;
  readonly priority: Priority;
  readonly source: Source;
  readonly ttl_ms: number;
  readonly expires_at: string;
}

const wish = {
  ttl: quantity('s', { resolution: 0.001, min: 0.5, max: 60 }).optional().doc({
    uz: 'shundan keyin bajarilmaydi',
    ru: 'позже не выполняется',
    en: 'not done later than this',
  }),
  hold_for: quantity('s', { resolution: 0.001, min: 0, max: 31_536_000 }).optional().doc({
    uz: 'shuncha vaqt pastroq huquqlilar o‘zgartira olmaydi',
    ru: 'столько времени нижестоящие не переключают',
    en: 'for so long nobody of lower rank switches it',
  }),
  priority: oneOf(...PRIORITIES).optional(),
} satisfies Shape;

interface Wish {
  readonly ttl: number | null;
  readonly hold_for: number | null;
  readonly priority: Priority | null;
}

type Context = Pick<RunContext<Shape, Facts>, 'actor' | 'db' | 'now' | 'settings' | 'traceId'>;

/** Switches one relay: the one road of every such change, whoever asks (S-M2-04, S-API-03). */
export const setRelay = operation({
  name: 'relay.set',
  http: 'POST /devices/:device_id/relays/:relay',
  socket: 'set_relay',
  status: 200,
  summary: { uz: 'Releni o‘zgartirish', ru: 'Переключить реле', en: 'Switch a relay' },
  roles: SWITCHERS,
  effect: 'device',
  target: 'device_id',
  emits: [relayChanged, relayCommandEnded],
  input: {
    device_id: id('device'),
    relay: integer({ min: 0, max: 31 }),
    state: oneOf('on', 'off', 'toggle'),
    ...wish,
  },
  facts: { device: byId(device, 'device_id', { lock: true }), relay: oneRelay },
  async run({ input, facts: { device: of, relay: row }, ...context }) {
    const state = input.state === 'toggle' ? await toggled(context, row) : input.state;
    return keepCommand(context, { device: of, of: [row], relay: row.relay, state, wish: input });
  },
  deliver: deliverCommand,
});

/** Switches all relays of a device in one message (S-OP-11). */
export const setAllRelays = operation({
  name: 'relay.set_all',
  http: 'POST /devices/:device_id/relays',
  socket: 'set_all_relays',
  status: 200,
  summary: {
    uz: 'Hamma relelarni o‘zgartirish',
    ru: 'Переключить все реле',
    en: 'Switch all relays',
  },
  roles: SWITCHERS,
  effect: 'device',
  target: 'device_id',
  emits: [relayChanged, relayCommandEnded],
  input: { device_id: id('device'), state: oneOf('on', 'off'), ...wish },
  facts: { device: byId(device, 'device_id', { lock: true }), lines: allRelays },
  async run({ input, facts: { device: of, lines }, ...context }) {
    const rows = lines.map(({ relay: row }) => row);
    const { state } = input;
    return keepCommand(context, { device: of, of: rows, relay: null, state, wish: input });
  },
  deliver: deliverCommand,
});

/**
 * On the wire a state is absolute: a toggle that is sent twice would be none (reference §2, rule 4). A
 * command that is on its way comes before it, so what that one wants is turned round.
 */
async function toggled(
  context: Context,
  { device_id, state: known, relay: index }: RelayRow,
): Promise<'on' | 'off'> {
  const before = (await underWay(context, device_id)).findLast((one) => meets(one.relay, index));
  const state = before?.state ?? known;
  if (state !== 'unknown') return state === 'on' ? 'off' : 'on';
  throw invalid(
    'relay_state_unknown',
    `How relay ${index} stands is not known yet; say on or off`,
    {
      relay: index,
    },
  );
}

interface Command {
  readonly device: DeviceRow;
  /** The relays that are meant. */
  readonly of: readonly RelayRow[];
  readonly relay: number | null;
  readonly state: 'on' | 'off';
  readonly wish: Wish;
}

async function keepCommand(context: Context, command: Command): Promise<KeptCommand> {
  const { actor, db, now, settings, traceId } = context;
  const { device: of, relay: index, state, wish: asked } = command;
  await refuseStranger(context, of, 'switch');
  const claim = claimOf(actor, asked.priority);
  refuseHeld(command.of, claim, now);
  await endForgotten(context, of.id);
  await refuseUnderWay(context, command, claim);
  const usualTtl = relaySettingsOf(settings).RELAY_COMMAND_TTL_MS;
  const ttl_ms = asked.ttl === null ? usualTtl : Math.round(asked.ttl * 1000);
  const expires_at = new Date(now.getTime() + ttl_ms);
  const row = await db.of(relayCommand).insert({
    ...claim,
    device_id: of.id,
    relay: index,
    state,
    ttl_ms,
    expires_at,
    hold_for: asked.hold_for ?? usualHold(claim.priority, settings),
    trace_id: traceId,
  });
  return {
    command_id: row.id,
    device_id: of.id,
    relay: index,
    state,
    relays: command.of.length,
    owner: claim.owner,
    priority: claim.priority,
    source: claim.source,
    ttl_ms,
    expires_at: expires_at.toISOString(),
  };
}

/** What a higher rank has sent and the device hasn't answered yet counts as held. */
async function refuseUnderWay(
  context: Pick<BaseContext, 'db' | 'now' | 'settings'>,
  { device: of, of: meant, relay: index }: Command,
  { priority }: Claim,
): Promise<void> {
  const higher = (await underWay(context, of.id)).find(
    (one) => rankOf(one.priority) > rankOf(priority) && meets(one.relay, index),
  );
  if (higher === undefined) return;
  throw relayHeld(meant[0]?.relay ?? 0, higher.owner, higher.priority, higher.expires_at);
}

/** Commands of a device that may still be answered, the first first: one that was sent at its last moment is waited for. */
async function underWay(
  { db, now, settings }: Pick<BaseContext, 'db' | 'now' | 'settings'>,
  device_id: string,
): Promise<RowOf<typeof relayCommand>[]> {
  const { COMMAND_ACK_TIMEOUT_MS } = relaySettingsOf(settings);
  const pending = await db
    .of(relayCommand)
    .list({ device_id, status: 'pending' }, { sort: 'created_at' });
  return pending.filter(
    ({ expires_at }) => expires_at.getTime() + COMMAND_ACK_TIMEOUT_MS > now.getTime(),
  );
}

const meets = (one: number | null, other: number | null): boolean =>
  one === null || other === null || one === other;
