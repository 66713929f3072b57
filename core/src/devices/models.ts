import type { device } from '../api/core-records.ts';
import type { DeviceModel } from '../api/devices.ts';
import { invalid } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';

type DeviceRow = RowOf<typeof device>;

/**
 * A device has a model that a loaded plugin brings for its kind, or none: then it sends its readings itself.
 * @throws Refusal model_unknown, model_of_another_type
 */
export function checkModel(
  models: readonly DeviceModel[],
  { driver_model, device_type }: Pick<DeviceRow, 'driver_model' | 'device_type'>,
): void {
  if (driver_model === null) return;
  const found = models.find(({ model }) => model === driver_model);
  if (found?.type === device_type) return;
  const known = models.filter(({ type }) => type === device_type).map(({ model }) => model);
  const details = {
    model: driver_model,
    device_type,
    known: known.length > 0 ? known.join(', ') : '–',
    fields: { driver_model: known.join(' | ') },
  };
  if (found === undefined)
    throw invalid('model_unknown', `No loaded plugin has the model ${driver_model}`, details);
  throw invalid('model_of_another_type', `${driver_model} is a ${found.type}`, {
    ...details,
    type: found.type,
  });
}

/** Makes what the model's plugin keeps of each of its devices. */
export async function provision(
  models: readonly DeviceModel[],
  db: Tx,
  { driver_model, ...of }: Pick<DeviceRow, 'id' | 'driver_model' | 'line'>,
): Promise<void> {
  await models.find(({ model }) => model === driver_model)?.provision?.(db, of);
}
