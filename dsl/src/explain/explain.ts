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
import { present } from '../types/type.ts';
import { borderOf, leave, type Value } from '../values/border.ts';
import type { Environment } from '../values/environment.ts';
import { Fault } from '../values/fault.ts';
import { DASH, formatValue } from '../values/format.ts';
import { relationOf } from './relations.ts';
import { wordsOf } from './words.ts';

/** One part of a rule with its value: what a person is shown when he asks why. Plain JSON. */
export interface ExplainNode {
  /** In the words of the rule. */
  readonly text: string;
  /** With its unit, in the reader's language. */
  readonly value: string;
  /** The plain value; null where there is none. */
  readonly raw: unknown;
  readonly children: readonly ExplainNode[];
  readonly span: Span;
  /** What a name stands for, in the reader's language; of an element of a list, which it is. */
  readonly label?: string;
  /** How it came out, in a sentence: "37.1 kg, allowed 5 kg: 32.1 kg too much". */
  readonly words?: string;
  /** The code of the fault that arises here and not in a part. */
  readonly fault?: string;
  /** Another part had decided: it was not looked at. */
  readonly skipped?: true;
  /** Which element of its list this is, from 0. */
  readonly index?: number;
  /** An element that made the whole what it is. */
  readonly decided?: true;
}

export interface Explaining {
  readonly units: Units;
  readonly environment: Environment;
  readonly language: string;
  /** The text of a file, to quote from. */
  source(file: string): string;
  /** What a record's field is called. */
  label?(record: string, field: string): string | undefined;
  /** The value of the whole for which something is refused. */
  readonly refuses?: boolean;
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
  const { environment, language, refuses } = context;
  const ask = (part: Ir): Value => evaluateIn(part, file, locals, context);
  const value = asShown(ir, ask(ir));
  const { zone } = environment;
  const parts = childrenOf(ir, value, { file, locals, context, ask });
  const told = relationOf(ir, value, ask, { language, zone, refuses });
  const words = told ?? parts.words;
  const label = labelOfField(ir, context);
  return {
    text: labelOf(ir) ?? quoted(ir, file, context),
    value: formatValue(value, ir.type, language, zone),
    raw: value instanceof Fault ? null : leave(value, borderOf(ir.type)),
    children: parts.nodes,
    span: ir.span,
    ...(label === undefined ? {} : { label }),
    ...(words === undefined ? {} : { words }),
    ...(value instanceof Fault && !parts.nodes.some(isFaulty) ? { fault: value.code } : {}),
  };
}

/** What is read and is not there is shown as missing; the fault is told by what needs it. */
export function asShown(ir: Ir, value: Value): Value {
  const path = pathOf(ir);
  const missing = value instanceof Fault && value.kind === 'missing' && value.names[0] === path;
  return path !== undefined && missing ? null : value;
}

/** A value that is neither there nor missing is a fault. */
const isFaulty = (node: ExplainNode): boolean =>
  node.raw === null && node.value !== DASH && node.skipped !== true;

const labelOf = (ir: Ir): string | undefined => (ir.kind === 'formula' ? ir.label : undefined);

const quoted = (ir: Ir, file: string, context: Explaining): string =>
  context.source(file).slice(ir.span.start, ir.span.end).replace(/\s+/g, ' ');

function labelOfField(ir: Ir, context: Explaining): string | undefined {
  if (ir.kind !== 'field') return undefined;
  const record = present(ir.target.type);
  if (record.kind !== 'record' || record.name === undefined) return undefined;
  return context.label?.(record.name, ir.name);
}

/** Where a node is explained. */
interface Where {
  readonly file: string;
  readonly locals: readonly Value[];
  readonly context: Explaining;
  ask(part: Ir): Value;
}
interface Parts {
  readonly nodes: readonly ExplainNode[];
  /** The sentence of a part that is the same piece of text. */
  readonly words?: string | undefined;
}

function childrenOf(ir: Ir, value: Value, where: Where): Parts {
  if (pathOf(ir) !== undefined || ir.kind === 'const') return { nodes: [] };
  if (ir.kind === 'formula') return { nodes: formulaChildren(ir, where) };
  if (ir.kind === 'aggregate') return elementChildren(ir, value, where);
  const { file, locals } = where;
  const context = below(ir, where.context);
  const found = takenParts(ir, value, where)
    .toSorted((a, b) => a.part.span.start - b.part.span.start)
    .map(({ part, skipped }): Parts => {
      if (part.kind === 'const') return { nodes: [] };
      if (skipped) return { nodes: [notNeeded(part, file, context)] };
      const child = explain(part, file, locals, context);
      // Sugar makes several nodes of one piece of text: they are one step for the reader.
      const same = part.span.start === ir.span.start && part.span.end === ir.span.end;
      if (!same || labelOf(part) !== undefined) return { nodes: [child] };
      return { nodes: child.children, words: child.words };
    });
  const told = found.flatMap(({ words }) => (words === undefined ? [] : [words]));
  return {
    nodes: found.flatMap(({ nodes }) => nodes),
    words: told.length === 0 ? undefined : told.join(wordsOf(context.language).and),
  };
}

/** What the parts of a node would have to be for the whole to be refused. */
function below(ir: Ir, context: Explaining): Explaining {
  const { refuses, ...rest } = context;
  if (refuses === undefined || ir.kind === 'and' || ir.kind === 'or') return context;
  return ir.kind === 'not' ? { ...rest, refuses: !refuses } : rest;
}

interface Taken {
  readonly part: Ir;
  readonly skipped: boolean;
}

/** The parts the value came from: the branch that was taken, the sides up to the one that decided. */
function takenParts(ir: Ir, value: Value, { ask }: Where): readonly Taken[] {
  const taken = (...parts: Ir[]): Taken[] => parts.map((part) => ({ part, skipped: false }));
  if (ir.kind === 'if') {
    const condition = ask(ir.condition);
    if (condition instanceof Fault || condition === null) return taken(ir.condition);
    return taken(ir.condition, condition === true ? ir.then : ir.otherwise);
  }
  if (ir.kind === 'coalesce') {
    const left = ask(ir.left);
    const used = left !== null && !(left instanceof Fault);
    return [...taken(ir.left), { part: ir.right, skipped: used }];
  }
  if (ir.kind !== 'and' && ir.kind !== 'or') return taken(...partsOf(ir));
  const chain = chainOf(ir, ir.kind);
  const decided =
    value === (ir.kind === 'or') ? chain.findIndex((part) => ask(part) === value) : chain.length;
  return chain.map((part, i) => ({ part, skipped: i > decided }));
}

/** `a or b or c` is one step with three parts. */
function chainOf(ir: Ir, kind: 'and' | 'or'): readonly Ir[] {
  if (ir.kind !== kind) return [ir];
  return [...chainOf(ir.left, kind), ...chainOf(ir.right, kind)];
}

const notNeeded = (part: Ir, file: string, context: Explaining): ExplainNode => ({
  text: quoted(part, file, context),
  value: wordsOf(context.language).notNeeded,
  raw: null,
  children: [],
  span: part.span,
  skipped: true,
});

function formulaChildren(ir: FormulaIr, { file, locals, context, ask }: Where): ExplainNode[] {
  const unit = context.units.get(ir.name);
  if (unit === undefined) return [];
  const { refuses: _, ...neutral } = context;
  const own = ir.args.flatMap((arg) =>
    pathOf(arg) !== undefined || arg.kind === 'const' ? [] : [explain(arg, file, locals, neutral)],
  );
  const body = explain(unit.body, unit.file, ir.args.map(ask), context);
  return [...own, ...(unit.derived === true ? body.children : [body])];
}

/** The elements that count, those that decided first, and how many there are. */
function elementChildren(
  ir: AggregateIr,
  value: Value,
  { file, locals, context, ask }: Where,
): Parts {
  const list = ask(ir.list);
  const { refuses: _, ...neutral } = context;
  const { where } = ir;
  const item = ir.item ?? where;
  if (!Array.isArray(list) || item === undefined)
    return { nodes: [explain(ir.list, file, locals, neutral)] };
  const deciding = decidingIn(ir, value);
  const kept = (list as readonly Value[]).flatMap((element, index) => {
    const inside = [...locals];
    inside[ir.slot] = element;
    const counts = where === undefined ? true : evaluateIn(where, file, inside, context);
    if (counts === false) return [];
    const shown = counts === true ? item : (where ?? item);
    const decided = deciding(evaluateIn(shown, file, inside, context));
    return [{ index, inside, shown, decided }];
  });
  const words = wordsOf(context.language);
  const first = [...kept.filter((k) => k.decided), ...kept.filter((k) => !k.decided)].slice(
    0,
    SHOWN,
  );
  return {
    words: words.elements(list.length, kept.length, first.length),
    nodes: first.map(({ index, inside, shown, decided }) => ({
      ...explain(shown, file, inside, neutral),
      label: words.element(index + 1),
      index,
      ...(decided ? { decided: true as const } : {}),
    })),
  };
}

/** Did an element make the aggregate what it is? Of a sum all do, so none is named. */
function decidingIn(ir: AggregateIr, value: Value): (item: Value) => boolean {
  return (item) => {
    if (value instanceof Fault) return item instanceof Fault;
    if (ir.name === 'any' || ir.name === 'none')
      return item === true && value === (ir.name === 'any');
    if (ir.name === 'all') return item === false;
    return (ir.name === 'min' || ir.name === 'max') && item === value;
  };
}
