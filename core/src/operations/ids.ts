import type { FieldSpec } from '../api/fields.ts';
import type { RecordDef } from '../api/records.ts';
import type { Transaction } from '../data/index.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Turns codes into ids wherever an id is expected (F-API-008), also inside objects and lists.
 * @param loaded inputs that facts look up themselves
 * @throws Refusal not_found
 */
export async function resolveCodes(
  tx: Transaction,
  input: Record<string, unknown>,
  fields: Readonly<Record<string, FieldSpec>>,
  records: ReadonlyMap<string, RecordDef>,
  loaded: ReadonlySet<string> = new Set(),
): Promise<void> {
  for (const [name, spec] of Object.entries(fields)) {
    if (!loaded.has(name)) input[name] = await resolved(tx, input[name], spec, records);
  }
}

async function resolved(
  tx: Transaction,
  value: unknown,
  spec: FieldSpec,
  records: ReadonlyMap<string, RecordDef>,
): Promise<unknown> {
  if (value === null || value === undefined) return value;
  if (spec.kind === 'id' && typeof value === 'string' && !UUID.test(value)) {
    const record = records.get(spec.record ?? '');
    // What has no code is named by its id alone: any other text names nothing.
    return record === undefined ? value : tx.of(record).idOf(value);
  }
  if (spec.kind === 'object') {
    await resolveCodes(tx, value as Record<string, unknown>, spec.fields ?? {}, records);
  }
  if (spec.kind === 'list' && Array.isArray(value) && spec.item !== undefined) {
    return Promise.all(value.map((item) => resolved(tx, item, spec.item as FieldSpec, records)));
  }
  return value;
}
