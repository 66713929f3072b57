import type { Expr } from '../language/ast.ts';
import {
  DYNAMIC,
  isNumber,
  listOf,
  MISSING,
  mayBeMissing,
  NUMBER_TYPE,
  ofDimension,
  optional,
  present,
  type QuantityType,
  TEXT,
  type Type,
} from '../types/type.ts';
import { baseUnit, combine, type Dimension } from '../types/units.ts';
import { formatDate, formatTime } from '../values/calendar.ts';
import type { ExpressionBuilder } from './builder.ts';
import { JsonLogicError } from './error.ts';
import type { OperationNode, RuleNode } from './rule.ts';

/** A translated part, with what is known of its value. */
export interface Term {
  readonly expr: Expr;
  readonly type: Type;
  /** The value, where the rule writes it out. */
  readonly constant?: number | string | boolean | null;
  /** A name or a path, which can be asked about and written twice. */
  readonly path?: boolean;
  /** Whether it counts as true, where its value alone does not tell. */
  readonly truth?: Expr;
  /** The same as another type, where a number in it has lost its unit. */
  readonly flex?: (like: Type) => Term | undefined;
  /** A number in another scale than its place will need: see `own.ts`. */
  readonly scaled?: { readonly as: 'hundredths' | 'milliseconds'; readonly of: Term };
}

/** What `var` means where a part stands. */
export type Scope = (path: readonly string[], node: RuleNode) => Term;

/** What all parts of the translation share. */
export interface Translation {
  readonly build: ExpressionBuilder;
  /** Numbers are in base units and moments are numbers: the rule was compiled from the language. */
  readonly base: boolean;
  term(node: RuleNode, scope: Scope): Term;
  /** A condition: what JSON Logic takes for true and false. */
  condition(node: RuleNode, scope: Scope): Expr;
  truth(term: Term, node: RuleNode): Expr;
  /** A name for a loop variable that nothing in the rule has. */
  fresh(): string;
}

export function refuse(node: RuleNode, reason: string): never {
  const operator = node.kind === 'operation' ? node.operator : '';
  throw new JsonLogicError(operator, reason, node.path);
}

/** Names every object has: JSON Logic reads them from the prototype, the language never. */
export const isInherited = (name: string): boolean => name in {};

export const maybe = (type: Type): boolean => mayBeMissing(type) || type.kind === 'dynamic';
export const isDynamic = (term: Term): boolean => present(term.type).kind === 'dynamic';
export const kindOf = (term: Term): Type['kind'] => present(term.type).kind;
export const isTextual = (term: Term): boolean =>
  kindOf(term) === 'text' || kindOf(term) === 'enum';
const MOMENTS: ReadonlySet<Type['kind']> = new Set(['date', 'time', 'instant']);
export const isMoment = (term: Term): boolean => MOMENTS.has(kindOf(term));

/** How a refusal calls what it is about. */
export function wordsOf(term: Term): string {
  const type = present(term.type);
  switch (type.kind) {
    case 'quantity':
      return isNumber(type) ? 'a number' : `a number of ${type.unit.text}`;
    case 'bool':
      return 'a condition';
    case 'text':
    case 'enum':
      return 'a text';
    case 'dynamic':
      return 'a value of unknown type';
    case 'missing':
      return 'null';
    default:
      return `a ${type.kind}`;
  }
}

export const declareIt = 'declare its type in `vars`';

/** A value that the rule writes out. */
export function constant(value: number | string | boolean | null, build: ExpressionBuilder): Term {
  switch (typeof value) {
    case 'number':
      return { expr: build.number(value), type: NUMBER_TYPE, constant: value };
    case 'string':
      return { expr: build.text(value), type: TEXT, constant: value };
    case 'boolean':
      return { expr: build.bool(value), type: { kind: 'bool' }, constant: value };
    default:
      return { expr: build.word('missing'), type: MISSING, constant: null };
  }
}

/** A field, or element of what is read: untyped where nothing is declared. */
export function fieldOf(
  target: Term,
  name: string,
  node: RuleNode,
  build: ExpressionBuilder,
): Term {
  if (isInherited(name)) refuse(node, `\`${name}\` is a name every object has`);
  if (/^\d+$/.test(name)) refuse(node, 'the language has no numbered elements of a list');
  const type = present(target.type);
  const expr = build.field(target.expr, name);
  const path = target.path === true;
  if (type.kind === 'dynamic') return { expr, type: DYNAMIC, path };
  if (type.kind !== 'record') refuse(node, `${wordsOf(target)} has no fields`);
  const field = type.fields.get(name);
  if (field === undefined) refuse(node, `nothing is declared of the field \`${name}\``);
  return { expr, type: maybe(target.type) ? optional(field) : field, path };
}

/** The type of the elements of a list. */
export function elementOf(term: Term, node: OperationNode): Type {
  const type = present(term.type);
  if (type.kind === 'list') return type.of;
  if (type.kind === 'dynamic') return DYNAMIC;
  return refuse(node, `it goes over a list, and this is ${wordsOf(term)}`);
}

export const listType = (items: readonly Term[]): Type =>
  listOf(items.find((item) => item.constant !== null)?.type ?? DYNAMIC);

/** A number as the unit it is in says it: `5` beside kilograms is `5 kg`. */
function inUnit(value: number, like: QuantityType, { build, base }: Translation): Term {
  const unit = base ? baseUnit(like.dimension) : like.unit;
  const expr = unit.text.startsWith('1/')
    ? build.binary('/', build.number(value), build.number(1, inverse(like.dimension)))
    : build.number(value, unit.text);
  return { expr, type: like, constant: value };
}

/** The unit of what a rate is per: a rate has no literal of its own. */
const inverse = (dimension: Dimension): string => baseUnit(combine('', dimension, -1)).text;

/** The same as another type, where a number in it has lost its unit. */
export function asType(term: Term, like: Type, t: Translation): Term | undefined {
  const type = present(term.type);
  if (type.kind !== 'quantity') return type.kind === like.kind ? term : undefined;
  if (like.kind === 'quantity' && type.dimension === like.dimension) return term;
  if (typeof term.constant !== 'number') return term.flex?.(like);
  if (like.kind === 'quantity') return inUnit(term.constant, ofDimension(like.dimension), t);
  const made = moment(term.constant, like, t.build);
  return made.type.kind === like.kind ? made : undefined;
}

/** Can it be of another type as well: is there a number in it that has lost its unit? */
export const isFlexible = (term: Term): boolean =>
  typeof term.constant === 'number' || term.flex !== undefined;

/** Terms that must agree, each in the form the others ask for. */
export function agreed<T extends readonly Term[]>(terms: T, t: Translation): T {
  const fixed = terms.find((term) => isFixed(term) && term.flex === undefined);
  const like = fixed ?? terms.find(isFixed);
  if (like === undefined) return terms;
  return terms.map((term) => (term === like ? term : aligned(term, like, t))) as unknown as T;
}

const isFixed = (term: Term): boolean =>
  term.constant === undefined && !isDynamic(term) && kindOf(term) !== 'missing';

/**
 * A constant in the form the value beside it has: a number takes its unit, a text becomes the
 * date it stands for, or the name of an enum's value.
 */
export function aligned(term: Term, beside: Term, t: Translation): Term {
  const { constant: value } = term;
  const like = present(beside.type);
  if (value === undefined && t.base && kindOf(term) === 'quantity' && isFixed(beside)) {
    return asType(term, like, t) ?? term;
  }
  if (value === undefined || value === null || beside.constant !== undefined) return term;
  if (typeof value === 'number') {
    if (like.kind === 'quantity' && !isNumber(like)) return inUnit(value, like, t);
    return t.base ? moment(value, like, t.build) : term;
  }
  if (typeof value !== 'string') return term;
  if (like.kind === 'enum' && like.values.includes(value)) {
    return { ...term, expr: t.build.name(value), type: like };
  }
  return t.base ? term : writtenMoment(value, like, t.build, term);
}

/** A day number, or milliseconds, as the date, time or instant they stand for. */
function moment(value: number, like: Type, build: ExpressionBuilder): Term {
  const plain: Term = { expr: build.number(value), type: NUMBER_TYPE, constant: value };
  const inRange = Number.isInteger(value) && Math.abs(value) < 8e15;
  if (like.kind === 'date' && inRange && Math.abs(value) < 90_000_000) {
    return { ...plain, expr: build.moment('date', formatDate(value)), type: like };
  }
  if (like.kind === 'time' && inRange && value >= 0 && value < 86_400_000) {
    return { ...plain, expr: build.moment('time', formatTime(value)), type: like };
  }
  if (like.kind === 'instant' && inRange) {
    return { ...plain, expr: build.moment('instant', new Date(value).toISOString()), type: like };
  }
  return plain;
}

const WRITTEN = {
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/,
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/,
} as const;

/** A text that is a date, time or instant as the language writes it, beside one. */
export function writtenMoment(
  text: string,
  like: Type,
  build: ExpressionBuilder,
  term: Term,
): Term {
  const { kind } = like;
  if (kind !== 'date' && kind !== 'time' && kind !== 'instant') return term;
  if (!WRITTEN[kind].test(text)) return term;
  return { ...term, expr: build.moment(kind, text), type: like };
}

/** What a text stands for that is ordered like the moments it writes out. */
export function momentKind(text: string): 'date' | 'instant' | undefined {
  if (WRITTEN.date.test(text)) return 'date';
  return WRITTEN.instant.test(text) ? 'instant' : undefined;
}
