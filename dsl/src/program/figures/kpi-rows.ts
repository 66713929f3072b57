import type { CheckedKpi } from '../../check/blocks/kpis.ts';
import { isRecord, itemsOf, readOwn } from '../../source/read.ts';
import type { TypeText } from '../../types/type-text.ts';
import { Fault, type FaultKind } from '../../values/fault.ts';
import type { Facts } from '../gate/gate.ts';
import { type FaultInfo, faultInfo } from '../runtime.ts';

/** A record of a KPI's rows. */
export interface KpiGrain {
  /** The name of the record in a row. */
  readonly name: string;
  readonly type: TypeText;
  /** How it is found: from an earlier record of the row, along fields; in a list at the end. */
  readonly way:
    | {
        readonly from: string;
        readonly path: readonly string[];
        readonly list: boolean;
        /** Something on the path may be missing: then there is no row. */
        readonly optional: boolean;
      }
    | undefined;
}

/** The rows that begin with one record. What can't be walked is a fault: no row is lost silently. */
export type KpiRows = { readonly rows: readonly Facts[] } | { readonly fault: FaultInfo };

/** Finds the further records of rows in memory: all combinations, in the order of the lists. */
export function rowsOf(
  grain: readonly KpiGrain[],
  { block, reporter }: CheckedKpi,
  first: object,
): KpiRows {
  let rows: Record<string, unknown>[] = [{}];
  for (const [i, { name, way }] of grain.entries()) {
    const span = block.grain[i]?.name.span ?? block.name.span;
    const fault = (kind: FaultKind, path: string): Fault =>
      new Fault(kind, span, reporter.file, [path]);
    const next: Record<string, unknown>[] = [];
    for (const row of rows) {
      const found = way === undefined ? [first] : walk(row[way.from], way, fault);
      if (found instanceof Fault) return { fault: faultInfo(found) };
      for (const record of found) next.push({ ...row, [name]: record });
    }
    rows = next;
  }
  return { rows };
}

/** The records at the end of a path; none where something missing on it may be missing. */
function walk(
  from: unknown,
  { from: root, path, list, optional }: NonNullable<KpiGrain['way']>,
  fault: (kind: FaultKind, path: string) => Fault,
): readonly object[] | Fault {
  const upTo = (depth: number): string => [root, ...path.slice(0, depth)].join('.');
  let value = from;
  for (const [depth, name] of path.entries()) {
    if (!isRecord(value)) return fault('data', upTo(depth));
    value = readOwn(value, name);
    if (value === undefined || value === null)
      return optional ? [] : fault('missing', upTo(depth + 1));
  }
  const items = itemsOf(value);
  if (list !== (items !== undefined)) return fault('data', upTo(path.length));
  const found = items ?? [value];
  return found.every(isRecord) ? found : fault('data', upTo(path.length));
}
