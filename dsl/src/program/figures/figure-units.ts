import type { CheckedFigures, CheckedPart } from '../../check/blocks/parts.ts';
import { type BlockSource, createTyping, type Typing } from '../../check/context.ts';
import type { Ir, RecordIr, Unit } from '../../ir/ir.ts';
import { lower } from '../../ir/lower.ts';
import type { BalanceBlock, Expr, KpiBlock, TextClause } from '../../language/ast.ts';
import { mayBeMissing, type Type } from '../../types/type.ts';
import { borderOf } from '../../values/border.ts';

/** A KPI or a balance that has been checked. */
export type Figures = BlockSource<KpiBlock | BalanceBlock> & CheckedFigures;

/**
 * The units of a KPI or a balance, by the names they are called by: one for each part, and one for
 * the whole as a record.
 */
export function unitsOfFigures(figures: Figures): ReadonlyMap<string, Unit> {
  const units = new Map(figures.parts.map((part) => [part.unit, partUnit(part, figures)]));
  return units.set(figures.signature.name, wholeUnit(figures));
}

const paramsOf = ({ signature }: Figures): Unit['params'] =>
  signature.params.map(({ name, type }) => ({ name, type, border: borderOf(type) }));

function partUnit(part: CheckedPart, figures: Figures): Unit {
  const { signature, reporter } = figures;
  const body = lower(part.value, part.typing);
  return {
    name: signature.name,
    file: reporter.file,
    params: paramsOf(figures),
    slots: part.typing.slots,
    body: { ...body, type: part.type },
    ...(part.derived ? { derived: true } : {}),
  };
}

/** `{ expected: …, rest: …, … }`: for those that ask for more than one figure. */
function wholeUnit(figures: Figures): Unit {
  const { signature, reporter, block } = figures;
  const { span } = block.name;
  const params = paramsOf(figures);
  const args = params.map(
    ({ name, type }, slot): Ir => ({ span, type, nullable: false, kind: 'local', slot, name }),
  );
  const { result, parts } = signature;
  const types = result.kind === 'record' ? result.fields : new Map<string, Type>();
  const fields = [...types].map(([name, type]): RecordIr['fields'][number] => ({
    name,
    border: borderOf(type),
    value: {
      span,
      type,
      nullable: mayBeMissing(type),
      kind: 'formula',
      name: parts?.get(name) ?? name,
      label: name,
      args,
    },
  }));
  const body: RecordIr = { span, type: result, nullable: false, kind: 'record', fields };
  return {
    name: signature.name,
    file: reporter.file,
    params,
    slots: params.length,
    body,
    derived: true,
  };
}

export interface WithTexts {
  readonly texts: readonly TextClause[];
  readonly textTypings: ReadonlyMap<Expr, Typing>;
}

/** The unit of an expression in a text. */
export function textUnit(expr: Expr, figures: Figures & WithTexts): Unit {
  const params = paramsOf(figures);
  const typing = figures.textTypings.get(expr) ?? createTyping(params.length);
  return {
    name: figures.signature.name,
    file: figures.reporter.file,
    params,
    slots: typing.slots,
    body: lower(expr, typing),
  };
}
