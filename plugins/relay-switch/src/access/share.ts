import {
  byId,
  device,
  type FactValues,
  found,
  id,
  notFound,
  oneOf,
  operation,
  user,
} from '@qoida/core';
import { relayAccessChanged, relayShared } from '../events.ts';
import { DEVICE_ROLES, deviceUser } from '../records.ts';
import { CONFIGURERS } from '../roles.ts';
import { refuseStranger } from './may.ts';

const of = { device_id: id('device'), user_id: id('user') };
const facts = {
  device: byId(device, 'device_id', { lock: true }),
  user: byId(user, 'user_id'),
};

/** What the person was given at the device. @throws Refusal not_found where that is nothing */
const given = found(deviceUser, async ({ db, facts: loaded }) => {
  const { device: row, user: person } = loaded as FactValues<typeof facts>;
  const where = { device_id: row.id, user_id: person.id };
  const before = await db.of(deviceUser).find(where, { lock: true });
  if (before === null) throw notFound('user of the device', person.username);
  return before;
});

/** Gives somebody a device, or another role at it (S-DM-03, S-OP-16). */
export const shareDevice = operation({
  name: 'relay.share',
  http: 'PUT /devices/:device_id/users/:user_id',
  status: 200,
  summary: { uz: 'Qurilmani ulashish', ru: 'Дать доступ к устройству', en: 'Share a device' },
  roles: CONFIGURERS,
  effect: 'record',
  input: { ...of, role: oneOf(...DEVICE_ROLES) },
  facts,
  emits: [relayShared, relayAccessChanged],
  async run({ input: { role }, facts: { device: row, user: person }, emit, ...context }) {
    await refuseStranger(context, row, 'configure');
    const { db } = context;
    const where = { device_id: row.id, user_id: person.id };
    const before = await db.of(deviceUser).find(where, { lock: true });
    const kept =
      before === null
        ? await db.of(deviceUser).insert({ ...where, role })
        : await db.of(deviceUser).update(before.id, { role });
    await emit(relayShared, { ...where, code: row.code, role });
    await emit(relayAccessChanged, { device_id: row.id, code: row.code });
    return kept;
  },
});

/** Takes it back. A device that is left to nobody is everybody's whose role allows it. */
export const unshareDevice = operation({
  name: 'relay.unshare',
  http: 'DELETE /devices/:device_id/users/:user_id',
  summary: { uz: 'Ulashishni bekor qilish', ru: 'Отозвать доступ', en: 'Share a device no more' },
  roles: CONFIGURERS,
  effect: 'record',
  input: of,
  facts: { ...facts, given },
  emits: [relayShared, relayAccessChanged],
  async run({ facts: { device: row, user: person, given: before }, db, emit, actor }) {
    await refuseStranger({ actor, db }, row, 'configure');
    await db.of(deviceUser).remove(before.id);
    const where = { device_id: row.id, user_id: person.id };
    await emit(relayShared, { ...where, code: row.code, role: null });
    await emit(relayAccessChanged, { device_id: row.id, code: row.code });
    return {};
  },
});
