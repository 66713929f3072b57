import type { ApprovalDef } from '../api/approvals.ts';
import { type FieldSpec, specsOf } from '../api/fields.ts';
import type { Actor, OperationDef } from '../api/operations.ts';
import type { RequestRow } from './judge.ts';

/** Where the declarations are found that requests are about. */
export interface Declarations {
  readonly objects: () => readonly ApprovalDef[];
  readonly operation: (name: string) => OperationDef | undefined;
}

/** The approval of objects that a request is of; undefined for an operation, or when its plugin is gone. */
export const objectOf = (row: RequestRow, { objects }: Declarations): ApprovalDef | undefined =>
  row.kind === 'operation'
    ? undefined
    : objects().find(({ type, record }) => type === row.type && record.name === row.object_type);

/** What is asked for in words, and what else a decision takes (a weight, what becomes of the object). */
export function askedOf(
  row: RequestRow,
  { locale }: Pick<Actor, 'locale'>,
  declared: Declarations,
): Record<string, unknown> {
  const def = objectOf(row, declared);
  const approve = def && declared.operation(def.approve);
  const reject = def && declared.operation(def.reject);
  const told = row.operation === null ? approve : declared.operation(row.operation);
  const title = told?.summary;
  return {
    title: (typeof title === 'object' ? title[locale] : title) ?? row.operation ?? row.type,
    takes: { approve: more(def, approve), reject: more(def, reject) },
  };
}

function more(
  def: ApprovalDef | undefined,
  ending: OperationDef | undefined,
): Record<string, FieldSpec> {
  if (def === undefined || ending === undefined) return {};
  return Object.fromEntries(
    Object.entries(specsOf(ending.input)).filter(
      ([name]) => name === 'weight_kg' || name === 'outcome',
    ),
  );
}
