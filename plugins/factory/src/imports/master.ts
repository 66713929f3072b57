import type { BaseContext, ImportDef, RecordDef, RowOf } from '@qoida/core';
import { device, flag, instant, invalid, oneOf, quantity, Refusal, text } from '@qoida/core';
import { material, SKU_CATEGORIES, sku, WORKCENTER_TYPES, workcenter } from '../master/records.ts';
import { INT } from '../roles.ts';
import { upsert } from './upsert.ts';

const code = () => text({ maxLength: 64 });
const name = () => text({ maxLength: 200 });

/** The row that a column names by its code; the report says which column is wrong. */
export async function named<R extends RecordDef>(
  context: BaseContext,
  record: R,
  column: string,
  value: string,
): Promise<RowOf<R>> {
  try {
    return await context.db.of(record).get(value);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'not_found') throw error;
    throw invalid('code_unknown', `There is no ${record.name} "${value}"`, { column, value });
  }
}

/** F-CSV-05 */
export const importWorkcenters: ImportDef = {
  entity: 'workcenters',
  roles: [INT, 'admin'],
  columns: {
    code: code(),
    type: oneOf(...WORKCENTER_TYPES),
    name: name(),
    location: text({ maxLength: 200 }).optional(),
    active_bool: flag().default(true),
    required_qualification: code().optional(),
  },
  async apply(row, context) {
    const { code: key, active_bool, ...rest } = row;
    await upsert(
      context,
      workcenter,
      { code: String(key) },
      { ...rest, active: active_bool as boolean },
    );
  },
};

/** F-CSV-03 */
export const importMaterials: ImportDef = {
  entity: 'materials',
  roles: [INT, 'admin'],
  columns: {
    code: code(),
    name: name(),
    category: oneOf('perv', 'vt', 'additiv'),
    polymer_family: oneOf('PE', 'PP', 'PVC', 'OTHER').optional(),
    recyclable_bool: flag().default(true),
  },
  async apply(row, context) {
    const { code: key, recyclable_bool, ...rest } = row;
    await upsert(
      context,
      material,
      { code: String(key) },
      { ...rest, recyclable: recyclable_bool as boolean },
    );
  },
};

/** F-CSV-02 */
export const importSkus: ImportDef = {
  entity: 'skus',
  roles: [INT, 'admin'],
  columns: {
    code: code(),
    name: name(),
    category: oneOf(...SKU_CATEGORIES),
    uom_default: oneOf('kg', 'm', 'm2'),
    width_mm: quantity('mm', { resolution: 0.01, min: 0 }).optional(),
    thickness_mm: quantity('mm', { resolution: 0.001, min: 0 }).optional(),
    kg_per_m2: quantity('kg/m2', { resolution: 0.00001, min: 0 }).optional(),
    mesh_type: code().optional(),
    tolerance_weight_pct: quantity('%', { resolution: 0.001, min: 0 }).optional(),
    tolerance_length_pct: quantity('%', { resolution: 0.001, min: 0 }).optional(),
    degaz_required_bool: flag().default(false),
    kg_per_m: quantity('kg/m', { resolution: 0.00001, min: 0 }).optional(),
    tare_kg: quantity('kg', { resolution: 0.001, min: 0 }).default(0),
    is_recyclable_for_rework_bool: flag().default(true),
    vt_material_code: code().optional(),
  },
  async apply(row, context) {
    const {
      code: key,
      degaz_required_bool,
      is_recyclable_for_rework_bool,
      vt_material_code,
      ...rest
    } = row;
    const vt =
      vt_material_code === null
        ? null
        : (await named(context, material, 'vt_material_code', String(vt_material_code))).id;
    await upsert(
      context,
      sku,
      { code: String(key) },
      {
        ...rest,
        degaz_required: degaz_required_bool as boolean,
        is_recyclable_for_rework: is_recyclable_for_rework_bool as boolean,
        vt_material_id: vt,
      },
    );
  },
};

const DEVICE_TYPES = ['scale', 'length_counter'] as const;

/** F-CSV-05; `device_id` is the code. A device that isn't there yet is added without a secret. */
export const importDevices: ImportDef = {
  entity: 'devices',
  roles: [INT, 'admin'],
  columns: {
    device_id: code(),
    workcenter_code: code().optional(),
    type: oneOf(...DEVICE_TYPES),
    serial: text({ maxLength: 100 }).optional(),
    calibration_due_at: instant().optional(),
  },
  async apply(row, context) {
    const place =
      row.workcenter_code === null
        ? null
        : (await named(context, workcenter, 'workcenter_code', String(row.workcenter_code))).id;
    const known = await context.db.of(device).find({ code: String(row.device_id) });
    const due = row.calibration_due_at as Date | null;
    await upsert(
      context,
      device,
      { code: String(row.device_id) },
      {
        device_type: row.type as (typeof DEVICE_TYPES)[number],
        workcenter_id: place,
        serial_no: row.serial as string | null,
        // An empty cell leaves a recorded calibration as it is.
        ...(due === null ? {} : { calibration_due_at: due }),
        ...(known === null ? { secret_ref: NO_SECRET } : {}),
      },
    );
  },
};

/** Fits no signature; the integrator gives the device its secret by rotating it. */
const NO_SECRET = 'none';
