import { device } from '../api/core-records.ts';
import type { DeviceModel } from '../api/devices.ts';
import { forbidden } from '../api/errors.ts';
import type { EventDef } from '../api/events.ts';
import { byId } from '../api/facts.ts';
import { id } from '../api/fields.ts';
import type { BaseContext, OperationDef, RunContext } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { modulesNaming } from '../rules/index.ts';
import { deviceRemoved } from './events.ts';
import { rsCapture } from './records.ts';
import { REGISTRARS } from './registrars.ts';
import { newSecret, seal } from './sealing.ts';

type DeviceRow = RowOf<typeof device>;

/** What ends with a device elsewhere in the platform, in the transaction that removes it. */
export interface EndsWithDevice {
  readonly emits: readonly EventDef[];
  end(
    context: Pick<RunContext<never, never>, 'db' | 'actor' | 'now' | 'emit'>,
    device: { readonly id: string; readonly code: string },
  ): Promise<unknown>;
}

/** Removing devices, and what somebody has to know before (S-M1-06, S-OP-23). */
export const removalOperations = (
  models: readonly DeviceModel[],
  endings: readonly EndsWithDevice[],
): OperationDef[] => [namedIn(models), remove(models, endings)];

const removersOf = (models: readonly DeviceModel[]): readonly string[] => [
  ...new Set([...REGISTRARS, ...models.flatMap(({ removal }) => removal?.roles ?? [])]),
];

/** @throws Refusal forbidden role_required, and what the model's plugin says */
async function refuseStranger(
  models: readonly DeviceModel[],
  context: Pick<BaseContext, 'actor' | 'db'>,
  of: DeviceRow,
): Promise<void> {
  const { roles: has } = context.actor;
  if (has.some((role) => REGISTRARS.includes(role))) return;
  const removal = models.find(({ model }) => model === of.driver_model)?.removal;
  const may = removal?.roles.some((role) => has.includes(role)) ?? false;
  if (!may || removal === undefined)
    throw forbidden('role_required', `Removing it needs one of the roles ${REGISTRARS}`, {
      roles: REGISTRARS,
    });
  await removal.refuseStranger(context, of);
}

function namedIn(models: readonly DeviceModel[]): OperationDef {
  return operation({
    name: 'device.named_in',
    http: 'GET /devices/:id/rules',
    summary: {
      uz: 'Qurilmani nomlagan qoidalar',
      ru: 'Правила, в которых названо устройство',
      en: 'Rules that name a device',
    },
    roles: removersOf(models),
    effect: 'read',
    input: { id: id('device') },
    facts: { device: byId(device, 'id') },
    async run({ facts, ...context }) {
      await refuseStranger(models, context, facts.device);
      const { id: deviceId, code } = facts.device;
      return { id: deviceId, code, modules: await modulesNaming(context.db, [code, deviceId]) };
    },
  });
}

function remove(models: readonly DeviceModel[], endings: readonly EndsWithDevice[]): OperationDef {
  return operation({
    name: 'device.remove',
    http: 'DELETE /devices/:id',
    summary: { uz: 'Qurilmani olib tashlash', ru: 'Убрать устройство', en: 'Remove a device' },
    roles: removersOf(models),
    effect: 'record',
    input: { id: id('device') },
    facts: { device: byId(device, 'id', { lock: true }) },
    emits: [deviceRemoved, ...endings.flatMap(({ emits }) => emits)],
    // Nothing is weighed on it any more, so nothing waits for its calibration.
    closes: ['calibration_expired'],
    async run({ facts, emit, gates, ...context }) {
      const { device: of } = facts;
      await refuseStranger(models, context, of);
      const { db, now, settings } = context;
      const modules = await modulesNaming(db, [of.code, of.id]);
      await models.find(({ model }) => model === of.driver_model)?.removal?.end(context, of);
      await endOwn(context, of.id);
      await gates.close('calibration_expired', [{ device: of.id }], 'the device was removed');
      // Nobody knows this secret, so none lets it in again, whatever a node or a copy still remembers.
      const secret_ref = seal({ current: newSecret() }, of.id, String(settings.SERVER_SECRET));
      const gone = { removed_at: now, active: false, online: false, secret_ref };
      await db.of(device).update(of.id, gone);
      for (const ending of endings) await ending.end({ ...context, emit }, of);
      await emit(deviceRemoved, { device_id: of.id, code: of.code });
      return { id: of.id, code: of.code, removed: true, named_in: modules };
    },
  });
}

/** What the platform itself keeps of a device that is in use. */
async function endOwn({ db, now }: Pick<BaseContext, 'db' | 'now'>, deviceId: string) {
  const captures = db.of(rsCapture);
  for (const capture of await captures.list({
    device_id: deviceId,
    used_at: null,
    released_at: null,
  }))
    await captures.update(capture.id, { released_at: now });
  await db.sql('delete from device_presence where device_id = ?', [deviceId]);
  await db.sql('delete from device_simulators where device_id = ?', [deviceId]);
}
