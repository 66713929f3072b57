import { type Fact, isRecordFact } from '../api/facts.ts';
import type { OperationDef, Tx } from '../api/operations.ts';
import type { RecordDef, RowOf } from '../api/records.ts';
import { keptRow } from '../operations/kept-facts.ts';
import { decision, type gateLog } from './records.ts';
import type { EvaluationContext } from './runtime.ts';
import type { Snapshot } from './snapshot.ts';

/** Where a gate's records come from when it is looked at again. */
export interface RecheckParts {
  operation(name: string): OperationDef | undefined;
  record(name: string): RecordDef | undefined;
}

/**
 * Evaluates a logged gate again on the facts it was hit with, with its records read afresh.
 * What can't be evaluated any more counts as still true.
 */
export async function stillTrue(
  tx: Tx,
  row: RowOf<typeof gateLog>,
  snapshot: Snapshot,
  env: EvaluationContext,
  parts: RecheckParts,
): Promise<boolean> {
  const gate = snapshot.gatesAt.get(row.point)?.find((entry) => entry.name === row.gate);
  // A gate that is gone stops nothing; one that doesn't compile can't be asked.
  if (gate === undefined) return snapshot.brokenModules.includes(row.module);
  const operation = parts.operation(row.point);
  if (operation === undefined || row.decision_id === null) return true;
  const { facts } = await tx.of(decision).get(row.decision_id);
  const fresh = await refresh(tx, facts, operation.facts, row.object_ref, parts);
  return gate.evaluate(row.point, fresh, env).verdict !== 'pass';
}

async function refresh(
  tx: Tx,
  stored: Readonly<Record<string, unknown>>,
  declared: Readonly<Record<string, Fact>>,
  ref: Readonly<Record<string, string>>,
  parts: RecheckParts,
): Promise<Record<string, unknown>> {
  const fresh: Record<string, unknown> = { ...stored };
  for (const [name, fact] of Object.entries(declared)) {
    const id = ref[name];
    if (isRecordFact(fact) && id !== undefined) {
      fresh[name] = await tx.of(fact.record).get(id);
    }
    if (fact.kind === 'rows')
      fresh[name] = await refreshLine(tx, stored[name], fact.shape, ref, parts);
  }
  return fresh;
}

/** Of the lines only the one that was refused is looked at again. */
async function refreshLine(
  tx: Tx,
  lines: unknown,
  shape: Readonly<Record<string, { spec: { kind: string; record?: string } }>>,
  ref: Readonly<Record<string, string>>,
  parts: RecheckParts,
): Promise<unknown[]> {
  if (!Array.isArray(lines)) return [];
  const recordFields = Object.entries(shape).filter(
    ([name, field]) => field.spec.kind === 'record' && ref[name] !== undefined,
  );
  const line = lines.find((entry) =>
    recordFields.every(([name]) => entry?.[name]?.id === ref[name]),
  );
  if (line === undefined) return lines;
  const fresh: Record<string, unknown> = { ...line };
  for (const [name, field] of recordFields) {
    const record = parts.record(field.spec.record ?? '');
    if (record !== undefined) fresh[name] = await tx.of(record).get(ref[name] ?? '');
  }
  return [fresh];
}

/** The record that the gate pauses or holds, as it is now: what `released` means in a gate's `until`. */
export async function recordAtRelease(
  tx: Tx,
  row: RowOf<typeof gateLog>,
  snapshot: Snapshot,
  parts: RecheckParts,
): Promise<Record<string, unknown> | null> {
  const name = snapshot.gatesAt.get(row.point)?.find((gate) => gate.name === row.gate)?.mode.record;
  const fact = name === undefined ? undefined : parts.operation(row.point)?.facts[name];
  const id = name === undefined ? undefined : row.object_ref[name];
  if (fact === undefined || id === undefined || !isRecordFact(fact)) return null;
  return keptRow(fact.record, await tx.of(fact.record).get(id));
}
