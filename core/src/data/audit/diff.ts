import type { FieldSpec } from '../../api/fields.ts';
import type { RecordDef } from '../../api/records.ts';
import type { Change, StoredRow } from '../changes.ts';
import { placesOf } from '../columns.ts';

type Shown = Record<string, unknown>;
export interface Diff {
  readonly old: Shown | null;
  readonly new: Shown | null;
}

const HIDDEN = '***';

/**
 * What changed, as the audit keeps it: stored decimals as strings with their fixed places, secrets
 * blotted out. An update shows only fields that differ; null when nothing does.
 */
export function diffOf({ record, before, after }: Change): Diff | null {
  if (before === null && after === null) return null;
  if (before === null) return { old: null, new: withoutNulls(shown(record, after)) };
  if (after === null) return { old: withoutNulls(shown(record, before)), new: null };
  const [was, is] = [plain(record, before), plain(record, after)];
  const names = Object.keys(record.fields).filter(
    (name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]),
  );
  if (names.length === 0) return null;
  const pick = (row: Shown) => Object.fromEntries(names.map((name) => [name, row[name]]));
  return { old: pick(shown(record, before)), new: pick(shown(record, after)) };
}

/** The stored values of a row; with `blot`, secrets are blotted out wherever they stand in it. */
function plain(record: RecordDef, row: StoredRow | null, blot = false): Shown {
  return Object.fromEntries(
    Object.entries(record.fields).map(([name, spec]) => [name, fixed(spec, row?.[name], blot)]),
  );
}

function shown(record: RecordDef, row: StoredRow | null): Shown {
  const values = plain(record, row, true);
  for (const name of record.options.api?.hidden ?? [])
    if (values[name] !== null && values[name] !== undefined) values[name] = HIDDEN;
  return values;
}

const withoutNulls = (row: Shown): Shown =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

function fixed(spec: FieldSpec, value: unknown, blot: boolean): unknown {
  if (value === null || value === undefined) return null;
  if (blot && spec.secret) return HIDDEN;
  if (value instanceof Date) return value.toISOString();
  const places = placesOf(spec);
  if (places !== null && typeof value === 'number') return value.toFixed(places);
  const { item, fields } = spec;
  if (item && Array.isArray(value)) return value.map((entry) => fixed(item, entry, blot));
  if (fields && typeof value === 'object') {
    const given = value as Shown;
    return Object.fromEntries(
      Object.entries(given).map(([name, entry]) => {
        const field = fields[name];
        return [name, field ? fixed(field, entry, blot) : entry];
      }),
    );
  }
  return value;
}
