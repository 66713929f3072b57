import {
  type AggregateIr,
  type FormulaIr,
  type Ir,
  partsOf,
  pathOf,
  type Units,
} from '../ir/ir.ts';
import { evaluateIn } from '../reference/evaluate.ts';
import type { Span } from '../source/text.ts';
import { borderOf, leave, type Value } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { Fault } from '../values/fault.ts';
import { formatValue } from '../values/format.ts';

/** One part of a rule with its value: what a person is shown when he asks why. */
export interface ExplainNode {
  /** In the words of the rule. */
  readonly text: string;
  /** With its unit, in the reader's language. */
  readonly value: string;
  /** The plain value; null where there is none. */
  readonly raw: unknown;
  readonly children: readonly ExplainNode[];
  readonly span: Span;
}

export interface Explaining {
  readonly units: Units;
  readonly environment: Environment;
  readonly language: string;
  /** The text of a file, to quote from. */
  source(file: string): string;
}

/** How many elements of a list an explanation shows. */
const SHOWN = 10;

/** Explains a value by the values it was made from; formulas called are opened. */
export function explain(
  ir: Ir,
  file: string,
  locals: readonly Value[],
  context: Explaining,
): ExplainNode {
  const { units, environment, language } = context;
  const value = evaluateIn(ir, file, locals, { units, environment });
  const text = labelOf(ir) ?? quoted(ir, file, context);
  const raw = value instanceof Fault ? null : leave(value, borderOf(ir.type));
  const shown = formatValue(value, ir.type, language, environment.zone);
  return {
    text,
    value: shown,
    raw,
    children: childrenOf(ir, file, locals, context),
    span: ir.span,
  };
}

const labelOf = (ir: Ir): string | undefined => (ir.kind === 'formula' ? ir.label : undefined);

const quoted = (ir: Ir, file: string, context: Explaining): string =>
  context.source(file).slice(ir.span.start, ir.span.end).replace(/\s+/g, ' ');

function childrenOf(
  ir: Ir,
  file: string,
  locals: readonly Value[],
  context: Explaining,
): ExplainNode[] {
  if (pathOf(ir) !== undefined || ir.kind === 'const') return [];
  if (ir.kind === 'formula') return formulaChildren(ir, file, locals, context);
  if (ir.kind === 'aggregate') return elementChildren(ir, file, locals, context);
  const parts = takenParts(ir, file, locals, context);
  return parts
    .toSorted((a, b) => a.span.start - b.span.start)
    .flatMap((part) => {
      if (part.kind === 'const') return [];
      const child = explain(part, file, locals, context);
      // Sugar makes several nodes of one piece of text: they are one step for the reader.
      const same = part.span.start === ir.span.start && part.span.end === ir.span.end;
      return same && labelOf(part) === undefined ? child.children : [child];
    });
}

/** The parts the value came from: the branch that was taken, the side that decided. */
function takenParts(
  ir: Ir,
  file: string,
  locals: readonly Value[],
  context: Explaining,
): readonly Ir[] {
  const ask = (part: Ir): Value => evaluateIn(part, file, locals, context);
  if (ir.kind === 'if') {
    const condition = ask(ir.condition);
    if (condition instanceof Fault || condition === null) return [ir.condition];
    return [ir.condition, condition === true ? ir.then : ir.otherwise];
  }
  const logic = ir.kind === 'and' || ir.kind === 'or';
  if (!logic || ask(ir) instanceof Fault) return partsOf(ir);
  return partsOf(ir).filter((part) => typeof ask(part) === 'boolean');
}

function formulaChildren(
  ir: FormulaIr,
  file: string,
  locals: readonly Value[],
  context: Explaining,
): ExplainNode[] {
  const unit = context.units.get(ir.name);
  if (unit === undefined) return [];
  const args = ir.args.map((arg) => evaluateIn(arg, file, locals, context));
  const own = ir.args.flatMap((arg) =>
    pathOf(arg) !== undefined || arg.kind === 'const' ? [] : [explain(arg, file, locals, context)],
  );
  const body = explain(unit.body, unit.file, args, context);
  return [...own, ...(unit.derived === true ? body.children : [body])];
}

function elementChildren(
  ir: AggregateIr,
  file: string,
  locals: readonly Value[],
  context: Explaining,
): ExplainNode[] {
  const list = evaluateIn(ir.list, file, locals, context);
  const { item, where } = ir;
  if (!Array.isArray(list) || item === undefined) return [explain(ir.list, file, locals, context)];
  return (list as readonly Value[]).slice(0, SHOWN).flatMap((element) => {
    const inside = [...locals];
    inside[ir.slot] = element;
    const kept = where === undefined || evaluateIn(where, file, inside, context) === true;
    return kept ? [explain(item, file, inside, context)] : [];
  });
}
