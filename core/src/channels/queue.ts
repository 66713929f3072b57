import { randomUUID } from 'node:crypto';
import type { Notice } from '@qoida/dsl';
import type { ChannelDef, Severity } from '../api/channels.ts';
import type { Locale } from '../api/locale.ts';
import type { Tx } from '../api/operations.ts';
import type { Delivery } from './claim.ts';
import { addressesOf, type Person, peopleWith } from './people.ts';
import { type Told, wordsFor } from './wording.ts';

/** An alert with what it has to tell now. */
export interface AlertNotice extends Omit<Told, 'url'> {
  readonly id: string;
  readonly rule: string;
  readonly notices: readonly Notice[];
}

export interface QueueParts {
  readonly channels: readonly ChannelDef[];
  readonly publicUrl: string | null;
  readonly zone: string;
  readonly now: Date;
}

export interface NewDelivery {
  readonly alertId: string | null;
  /** The request for approval that it is of, and its step. */
  readonly approval?: { readonly id: string; readonly stage: number };
  readonly reason: Delivery['reason'];
  readonly severity: string | null;
  readonly channel: string;
  readonly userId: string | null;
  readonly recipient: string;
  readonly address: string | null;
  readonly locale: Locale;
  readonly subject: string;
  readonly body: string;
  /** Why it never leaves, where that is known already. */
  readonly ended?: { readonly status: 'dead' | 'skipped'; readonly failure: string };
}

export interface Planned {
  readonly deliveries: readonly NewDelivery[];
  /** Whom each alert is told, by its id. */
  readonly people: ReadonlyMap<string, readonly string[]>;
}

/**
 * The messages that alerts have to send now: one for each person and channel, or one where the channel
 * has a single place. Whom it can't reach is among them too, with why.
 */
export async function planNotices(
  tx: Tx,
  alerts: readonly AlertNotice[],
  parts: QueueParts,
): Promise<Planned> {
  const notices = alerts.flatMap((alert) => alert.notices.map((notice) => ({ alert, notice })));
  if (notices.length === 0) return { deliveries: [], people: new Map() };
  const enabled = await enabledChannels(tx, parts.channels);
  const roles = new Map(notices.map(({ notice }) => [rolesOf(notice), notice.roles]));
  const people = new Map<string, readonly Person[]>();
  for (const [name, some] of roles) people.set(name, await peopleWith(tx, some));
  const addressOf = await addressesOf(tx, [...people.values()].flat());
  const deliveries = new Map<string, NewDelivery>();
  const told = new Map<string, Set<string>>();
  for (const { alert, notice } of notices) {
    const some = people.get(rolesOf(notice)) ?? [];
    const mine = told.get(alert.id) ?? new Set();
    for (const { id } of some) mine.add(id);
    told.set(alert.id, mine);
    for (const def of meant({ alert, notice }, parts.channels, enabled)) {
      const asked = { alert, notice, people: some, addressOf, enabled };
      for (const one of forChannel(def, asked, parts)) {
        const place = `${alert.id} ${one.channel} ${placeOf(def, one)}`;
        const other = deliveries.get(place);
        if (other === undefined) deliveries.set(place, one);
        else if (hasOnePlace(def)) deliveries.set(place, forBoth(other, one));
      }
    }
  }
  return {
    deliveries: [...deliveries.values()],
    people: new Map([...told].map(([id, some]) => [id, [...some]])),
  };
}

/** Everybody is told in one place: what several roles are told at one moment is one message there. */
export const hasOnePlace = (def: ChannelDef): boolean =>
  def.ready !== true && def.address === undefined;

const placeOf = (def: ChannelDef, { userId, recipient }: NewDelivery): string =>
  hasOnePlace(def) ? '' : (userId ?? recipient);

const forBoth = (one: NewDelivery, { recipient }: NewDelivery): NewDelivery => ({
  ...one,
  recipient: joined([...new Set([one.recipient, recipient].join(', ').split(', '))]),
});

export const joined = (roles: readonly string[]): string => roles.join(', ').slice(0, 200);

const rolesOf = ({ roles }: Notice): string => roles.toSorted().join(' ');

/** Those that the rule names, else all that the plant has switched on for so severe an alert (F-ALT-09). */
const meant = (
  { alert, notice: { channels } }: { readonly alert: AlertNotice; readonly notice: Notice },
  declared: readonly ChannelDef[],
  enabled: EnabledChannels,
): readonly ChannelDef[] =>
  declared.filter(({ name }) =>
    channels.length === 0
      ? (enabled.get(name)?.severities.includes(alert.severity) ?? false)
      : channels.includes(name),
  );

interface Addressing {
  readonly alert: AlertNotice;
  readonly notice: Notice;
  readonly people: readonly Person[];
  readonly addressOf: (user: string, channel: string) => string | undefined;
  readonly enabled: EnabledChannels;
}

function forChannel(
  def: ChannelDef,
  { alert, notice, people, addressOf, enabled }: Addressing,
  { publicUrl, zone }: QueueParts,
): NewDelivery[] {
  const { reason, roles } = notice;
  const url = publicUrl === null ? null : `${publicUrl}/alerts/${alert.id}`;
  const off = enabled.has(def.name)
    ? undefined
    : ({ status: 'dead', failure: 'channel_off' } as const);
  const common = { alertId: alert.id, reason, severity: alert.severity, channel: def.name };
  const worded = (locale: Locale) => ({
    locale,
    ...wordsFor({ ...alert, url }, { reason, locale, zone }),
  });
  const toRoles = { userId: null, recipient: joined(roles), address: null };
  const one = (ended: NewDelivery['ended']) => ({
    ...common,
    ...worded('en'),
    ...toRoles,
    ...(ended === undefined ? {} : { ended }),
  });
  if (hasOnePlace(def)) return [one(off)];
  if (people.length === 0) return [one({ status: 'dead', failure: 'nobody_has_role' })];
  return people.map((person) => {
    const address = def.address === undefined ? null : (addressOf(person.id, def.name) ?? null);
    const unreachable =
      def.address !== undefined && address === null
        ? ({ status: 'skipped', failure: 'no_address' } as const)
        : undefined;
    const ended = off ?? unreachable;
    return {
      ...common,
      ...worded(person.locale),
      userId: person.id,
      recipient: person.full_name,
      address,
      ...(ended === undefined ? {} : { ended }),
    };
  });
}

/** What a channel that is switched on is for. */
interface Use {
  /** Of alerts, where a rule names no channel. */
  readonly severities: readonly Severity[];
  /** It carries requests for approval. */
  readonly approvals: boolean;
}

/** Channels that are switched on, by name. */
export type EnabledChannels = ReadonlyMap<string, Use>;

/** Those set up by somebody, and those that need no setting up. */
export async function enabledChannels(
  tx: Tx,
  declared: readonly ChannelDef[],
): Promise<EnabledChannels> {
  const rows = await tx.sql<{
    name: string;
    enabled: boolean;
    severities: Severity[];
    approvals: boolean | null;
  }>('select name, enabled, severities, approvals from channels');
  const kept = new Map(rows.map((row) => [row.name, row]));
  return new Map(
    declared.flatMap((def): [string, Use][] => {
      const row = kept.get(def.name);
      const on = row === undefined ? def.ready === true : row.enabled;
      const severities = row?.severities ?? severitiesOf(def);
      return on ? [[def.name, { severities, approvals: row?.approvals ?? tellsPeople(def) }]] : [];
    }),
  );
}

/** For how severe alerts a channel is meant until somebody says otherwise. */
export const severitiesOf = ({ severities }: ChannelDef): readonly Severity[] =>
  severities ?? ['P1', 'P2', 'P3'];

/** Does a channel carry requests for approval until somebody says otherwise? One place for all is no person. */
export const tellsPeople = (def: ChannelDef): boolean => def.approvals ?? !hasOnePlace(def);

/** Puts messages into the queue, however many, in one statement; of a step of an approval each once. @returns their ids, in the order given */
export async function insertDeliveries(
  tx: Tx,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<string[]> {
  const rows = deliveries.map((one) => ({
    id: randomUUID(),
    alert_id: one.alertId,
    approval_id: one.approval?.id ?? null,
    approval_stage: one.approval?.stage ?? null,
    reason: one.reason,
    severity: one.severity,
    channel: one.channel,
    user_id: one.userId,
    recipient: one.recipient,
    address: one.address,
    locale: one.locale,
    subject: one.subject,
    body: one.body,
    status: one.ended?.status ?? 'ready',
    meant_at: now,
    next_at: now,
    failure: one.ended?.failure ?? null,
    finished_at: one.ended === undefined ? null : now,
  }));
  if (rows.length > 0)
    await tx.sql(
      `insert into alert_deliveries (id, alert_id, approval_id, approval_stage, reason, severity, channel, user_id, recipient, address,
         locale, subject, body, status, meant_at, next_at, failure, finished_at)
       select id, alert_id, approval_id, approval_stage, reason, severity, channel, user_id, recipient, address,
         locale, subject, body, status, meant_at, next_at, failure, finished_at
       from jsonb_to_recordset(?::jsonb) as r (id uuid, alert_id uuid, approval_id uuid,
         approval_stage bigint, reason text, severity text, channel text,
         user_id uuid, recipient text, address text, locale text, subject text, body text, status text,
         meant_at timestamptz, next_at timestamptz, failure text, finished_at timestamptz)
       on conflict do nothing`,
      [JSON.stringify(rows)],
    );
  return rows.map(({ id }) => id);
}
