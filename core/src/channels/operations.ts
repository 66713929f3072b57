import type { ChannelDef } from '../api/channels.ts';
import { conflict, invalid, notFound } from '../api/errors.ts';
import { flag, json, list, oneOf, specsOf, text } from '../api/fields.ts';
import { jsonSchemaOf, validatorOf } from '../api/json-schema.ts';
import type { Actor, OperationDef, Tx } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { addressOperations } from './addresses.ts';
import { deliveryOperations } from './deliveries.ts';
import {
  type EnabledChannels,
  enabledChannels,
  insertDeliveries,
  severitiesOf,
  tellsPeople,
} from './queue.ts';
import { channelRow } from './records.ts';
import { CHANNEL_KEEPERS, type ChannelOperationParts, checkAddress } from './shared.ts';
import { silenceOperations } from './silences.ts';
import { type ChannelRow, findChannel, secretsKept, settingsOf, settingsToKeep } from './store.ts';
import { testWords } from './wording.ts';

const name = () => text({ maxLength: 64 });

/** Channels, addresses, silences and messages as people see and keep them. */
export function channelOperations(parts: ChannelOperationParts): OperationDef[] {
  const known = (wanted: string): ChannelDef => {
    const def = parts.channels().find((one) => one.name === wanted);
    if (def === undefined) throw notFound('channel', wanted);
    return def;
  };
  const place = (db: Tx) => ({
    organizationId: db.organizationId,
    serverSecret: parts.serverSecret(),
  });

  async function view(db: Tx, def: ChannelDef, enabled: EnabledChannels) {
    const row = await findChannel(db, def.name);
    const kept = settingsOf(def, row, place(db));
    const shown = Object.entries(def.settings).filter(([, { spec }]) => spec.secret !== true);
    const secrets = secretsKept(row, place(db));
    return {
      name: def.name,
      title: def.title,
      enabled: enabled.has(def.name),
      ready: isReady(def, kept),
      severities: row?.severities ?? severitiesOf(def),
      approvals: row?.approvals ?? tellsPeople(def),
      settings: Object.fromEntries(shown.map(([key]) => [key, kept[key] ?? null])),
      secrets_kept: secrets,
      fields: jsonSchemaOf(specsOf(def.settings), { input: true }),
      labels: Object.fromEntries(
        Object.entries(def.settings).map(([key, { spec }]) => [key, spec.doc ?? key]),
      ),
      secret_fields: Object.entries(def.settings)
        .filter(([, { spec }]) => spec.secret === true)
        .map(([key]) => key),
      address: def.address ?? null,
    };
  }

  return [
    operation({
      name: 'channels.list',
      http: 'GET /channels',
      summary: { uz: 'Xabar kanallari', ru: 'Каналы сообщений', en: 'Channels of messages' },
      roles: CHANNEL_KEEPERS,
      effect: 'read',
      input: {},
      async run({ db }) {
        const enabled = await enabledChannels(db, parts.channels());
        const items = [];
        for (const def of parts.channels()) items.push(await view(db, def, enabled));
        return { items };
      },
    }),
    operation({
      name: 'channels.set',
      http: 'PUT /channels/:name',
      status: 200,
      summary: { uz: 'Kanalni sozlash', ru: 'Настроить канал', en: 'Set up a channel' },
      roles: CHANNEL_KEEPERS,
      effect: 'record',
      input: {
        name: name(),
        enabled: flag().default(true),
        settings: json<Readonly<Record<string, unknown>>>()
          .optional()
          .doc('as the channel declares them; a secret that is left out stays as it was'),
        severities: list(oneOf('P1', 'P2', 'P3'), { max: 3 })
          .optional()
          .doc(
            'for how severe alerts it is meant where a rule names no channel; left out as it was',
          ),
        approvals: flag()
          .optional()
          .doc('whether it carries requests for approval; left out as it was'),
      },
      async run({ db, input, actor }) {
        const def = known(input.name);
        const row = await findChannel(db, def.name);
        const given = checked(def, input.settings ?? row?.settings ?? {}, actor);
        needSecretsAgain(def, row, given, secretsKept(row, place(db)));
        const kept = settingsToKeep(def, row, given, place(db));
        const severities = input.severities ?? row?.severities ?? severitiesOf(def);
        const approvals = input.approvals ?? row?.approvals ?? null;
        const { enabled } = input;
        const next = { enabled, severities: [...new Set(severities)], approvals, ...kept };
        const lacking = lackingIn(def, settingsOf(def, next, place(db)));
        if (input.enabled && lacking.length > 0)
          throw invalid('channel_incomplete', `These are needed: ${lacking.join(', ')}`, {
            fields: Object.fromEntries(lacking.map((key) => [key, 'needed'])),
            lacking,
          });
        if (row === null) await db.of(channelRow).insert({ name: def.name, ...next });
        else await db.of(channelRow).update(row.id, next);
        return view(db, def, await enabledChannels(db, parts.channels()));
      },
    }),
    operation({
      name: 'channels.test',
      http: 'POST /channels/:name/test',
      status: 202,
      summary: { uz: 'Sinov xabari', ru: 'Проверочное сообщение', en: 'Send a test message' },
      roles: CHANNEL_KEEPERS,
      effect: 'record',
      input: {
        name: name(),
        address: text({ maxLength: 300 }).optional().doc('where to; without it one’s own address'),
      },
      async run({ db, input, actor, now, afterCommit }) {
        const def = known(input.name);
        const lacking = lackingIn(def, settingsOf(def, await findChannel(db, def.name), place(db)));
        if (lacking.length > 0)
          throw conflict('channel_incomplete', `These are needed: ${lacking.join(', ')}`, {
            lacking,
          });
        const address = await testAddress(db, def, input.address, actor);
        const [id] = await insertDeliveries(
          db,
          [
            {
              alertId: null,
              reason: 'test',
              severity: null,
              channel: def.name,
              userId: actor.kind === 'user' ? actor.id : null,
              recipient: actor.name,
              address,
              locale: actor.locale,
              ...testWords(titleOf(def, actor.locale), actor.locale),
            },
          ],
          now,
        );
        afterCommit(parts.wake);
        return { delivery_id: id, status: 'ready' };
      },
    }),
    ...addressOperations(parts),
    ...silenceOperations(parts),
    ...deliveryOperations(parts),
  ];
}

const titleOf = ({ title, name: plain }: ChannelDef, locale: Actor['locale']): string =>
  typeof title === 'string' ? title : (title[locale] ?? plain);

/** @throws Refusal validation_error naming each wrong field */
function checked(def: ChannelDef, given: unknown, { locale }: Actor) {
  const fields = Object.fromEntries(
    Object.entries(specsOf(def.settings)).map(([key, spec]) => [
      key,
      // What is kept already need not be given again.
      spec.secret === true ? { ...spec, optional: true } : spec,
    ]),
  );
  return validatorOf(fields)(given, locale);
}

/**
 * Secrets that are kept go only where they were given for: whoever sends them elsewhere has to know them.
 * @throws Refusal secrets_again
 */
function needSecretsAgain(
  def: ChannelDef,
  row: ChannelRow | null,
  given: Readonly<Record<string, unknown>>,
  kept: readonly string[],
): void {
  const lacking = kept.filter((key) => (given[key] ?? '') === '');
  const now = (key: string) => given[key] ?? def.settings[key]?.spec.default ?? null;
  const moved = (def.secretsGoTo ?? []).some((key) => now(key) !== (row?.settings[key] ?? null));
  if (row === null || lacking.length === 0 || !moved) return;
  throw invalid(
    'secrets_again',
    `Give these again, they would go elsewhere: ${lacking.join(', ')}`,
    {
      fields: Object.fromEntries(lacking.map((key) => [key, 'needed'])),
      lacking,
    },
  );
}

/** Settings that are needed and not there. */
const lackingIn = (def: ChannelDef, settings: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(def.settings)
    .filter(([key, { spec }]) => spec.optional !== true && (settings[key] ?? '') === '')
    .map(([key]) => key);

const isReady = (def: ChannelDef, settings: Readonly<Record<string, unknown>>) =>
  lackingIn(def, settings).length === 0;

async function testAddress(
  db: Tx,
  def: ChannelDef,
  given: string | null,
  actor: Actor,
): Promise<string | null> {
  if (def.address === undefined) return null;
  const own =
    given ??
    (
      await db.sql<{ address: string }>(
        'select address from user_channels where user_id = ? and channel = ?',
        [actor.kind === 'user' ? actor.id : null, def.name],
      )
    )[0]?.address;
  if (own === undefined)
    throw conflict('no_address', 'Give an address, or keep one of your own first', {
      channel: def.name,
    });
  checkAddress(def, own);
  return own;
}
