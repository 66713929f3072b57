import { forbidden, notFound } from '../api/errors.ts';
import { flag, id, text } from '../api/fields.ts';
import type { Actor, OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { enabledChannels } from './queue.ts';
import { userChannel } from './records.ts';
import { CHANNEL_KEEPERS, type ChannelOperationParts, checkAddress } from './shared.ts';

/** Where people are reached: everybody keeps his own, an administrator anybody's. */
export function addressOperations({ channels }: ChannelOperationParts): OperationDef[] {
  return [
    operation({
      name: 'addresses.list',
      http: 'GET /addresses',
      summary: { uz: 'Manzillarim', ru: 'Мои адреса', en: 'Addresses of a person' },
      roles: '*',
      effect: 'read',
      input: { user_id: id('user').optional().doc('without it one’s own') },
      async run({ db, input, actor }) {
        const user_id = whose(actor, input.user_id);
        const rows = await db.of(userChannel).list({ user_id });
        const enabled = await enabledChannels(db, channels());
        const items = channels().flatMap((def) => {
          if (def.address === undefined) return [];
          const row = rows.find((one) => one.channel === def.name);
          return [
            {
              channel: def.name,
              title: def.title,
              switched_on: enabled.has(def.name),
              example: def.address.example,
              label: def.address.title,
              address: row?.address ?? null,
              enabled: row?.enabled ?? false,
            },
          ];
        });
        return { user_id, items };
      },
    }),
    operation({
      name: 'addresses.set',
      http: 'PUT /addresses/:channel',
      status: 200,
      summary: { uz: 'Manzilni saqlash', ru: 'Сохранить адрес', en: 'Keep an address' },
      roles: '*',
      effect: 'record',
      input: {
        channel: text({ maxLength: 64 }),
        user_id: id('user').optional(),
        address: text({ maxLength: 300 })
          .optional()
          .doc('without it the one that is kept is taken away'),
        enabled: flag().default(true),
      },
      async run({ db, input, actor }) {
        const user_id = whose(actor, input.user_id);
        const def = channels().find(({ name }) => name === input.channel);
        if (def === undefined) throw notFound('channel', input.channel);
        const row = await db.of(userChannel).find({ user_id, channel: def.name }, { lock: true });
        const address = input.address?.trim() ?? '';
        const { enabled } = input;
        if (address === '') {
          if (row !== null) await db.of(userChannel).remove(row.id);
          return { channel: def.name, address: null, enabled: false };
        }
        checkAddress(def, address);
        if (row === null)
          await db.of(userChannel).insert({ user_id, channel: def.name, address, enabled });
        else await db.of(userChannel).update(row.id, { address, enabled });
        return { channel: def.name, address, enabled };
      },
    }),
  ];
}

function whose(actor: Actor, asked: string | null): string {
  const own = actor.kind === 'user' ? actor.id : null;
  const wanted = asked ?? own;
  if (wanted === null) throw notFound('user', actor.name);
  const keeper = actor.roles.some((role) => CHANNEL_KEEPERS.some((one) => one === role));
  if (wanted !== own && !keeper)
    throw forbidden('not_your_address', 'Only an administrator keeps addresses of others');
  return wanted;
}
