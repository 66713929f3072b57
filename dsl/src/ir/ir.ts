import type { Span } from '../source/text.ts';
import type { AggregateName } from '../types/functions.ts';
import type { Type } from '../types/type.ts';
import type { Border } from '../values/border.ts';
import type { CompareOp, Equality } from '../values/compare.ts';
import type { StrictName } from '../values/functions.ts';
import type { Rounding } from '../values/numbers.ts';

/**
 * The tree all back ends start from: typed, names resolved, units erased (numbers are in base
 * units), sugar gone. `type` is for people (explain, messages); no back end decides by it.
 */
interface Node {
  readonly span: Span;
  readonly type: Type;
  /** Can the value be missing, the data being as declared? */
  readonly nullable: boolean;
}

export interface ConstIr extends Node {
  readonly kind: 'const';
  readonly value: number | string | boolean | null;
}
export interface ClockIr extends Node {
  readonly kind: 'now' | 'today';
}
/** A value from outside, by name: a variable, a fact, `settings`. */
export interface InputIr extends Node {
  readonly kind: 'input';
  readonly name: string;
  readonly border: Border;
}
/** A parameter, or the variable of a comprehension: already a value. */
export interface LocalIr extends Node {
  readonly kind: 'local';
  readonly slot: number;
  readonly name: string;
}
export interface FieldIr extends Node {
  readonly kind: 'field';
  readonly target: Ir;
  readonly name: string;
  readonly border: Border;
  /** Can it be missing where its record is there? `nullable` asks about the record too. */
  readonly optional: boolean;
}
/** Arithmetic; also `date + days` and `instant + seconds` once converted to one unit. */
export interface ArithmeticIr extends Node {
  readonly kind: 'add' | 'sub' | 'mul' | 'div';
  readonly left: Ir;
  readonly right: Ir;
}
/** `operand * mul / div`: per cent, sign, seconds to milliseconds. */
export interface ScaleIr extends Node {
  readonly kind: 'scale';
  readonly operand: Ir;
  readonly mul: number;
  readonly div: number;
}
export interface CompareIr extends Node {
  readonly kind: 'compare';
  readonly op: CompareOp;
  readonly equality: Equality;
  readonly left: Ir;
  readonly right: Ir;
}
/** Membership never uses the tolerance: exact, or by whole steps. */
export interface InIr extends Node {
  readonly kind: 'in';
  readonly step: number | undefined;
  readonly left: Ir;
  readonly list: Ir;
}
export interface LogicIr extends Node {
  readonly kind: 'and' | 'or';
  readonly left: Ir;
  readonly right: Ir;
}
export interface NotIr extends Node {
  readonly kind: 'not';
  readonly operand: Ir;
}
export interface IfIr extends Node {
  readonly kind: 'if';
  readonly condition: Ir;
  readonly then: Ir;
  readonly otherwise: Ir;
}
export interface CoalesceIr extends Node {
  readonly kind: 'coalesce';
  readonly left: Ir;
  readonly right: Ir;
}
export interface IsMissingIr extends Node {
  readonly kind: 'is_missing';
  readonly operand: Ir;
}
/** A value of no declared type, where one is asked for: it enters there as data at a border does. */
export interface CastIr extends Node {
  readonly kind: 'cast';
  readonly operand: Ir;
  readonly border: Border;
}
export interface ListIr extends Node {
  readonly kind: 'list';
  readonly items: readonly Ir[];
}
export interface RecordIr extends Node {
  readonly kind: 'record';
  readonly fields: readonly {
    readonly name: string;
    readonly value: Ir;
    readonly border: Border;
  }[];
}
/** A strict function: a missing or faulty argument is a fault. */
export interface CallIr extends Node {
  readonly kind: 'call';
  readonly name: StrictName;
  readonly args: readonly Ir[];
}
export interface RoundIr extends Node {
  readonly kind: 'round';
  readonly how: Rounding;
  readonly operand: Ir;
  readonly step: Ir;
}
export interface FormulaIr extends Node {
  readonly kind: 'formula';
  readonly name: string;
  /**
   * A part of the same block, such as a step of a KPI or a term of a balance, by the name it has
   * there. It takes the parameters of the block as they are, so it is computed once for them.
   */
  readonly label?: string;
  readonly args: readonly Ir[];
}
/** A function of a plugin: plain data in, plain data out. */
export interface NativeIr extends Node {
  readonly kind: 'native';
  readonly name: string;
  readonly args: readonly { readonly value: Ir; readonly border: Border }[];
  readonly border: Border;
}
export interface AggregateIr extends Node {
  readonly kind: 'aggregate';
  readonly name: AggregateName;
  readonly slot: number;
  readonly list: Ir;
  /** Absent in `count`. */
  readonly item: Ir | undefined;
  readonly where: Ir | undefined;
}

export type Ir =
  | ConstIr
  | ClockIr
  | InputIr
  | LocalIr
  | FieldIr
  | ArithmeticIr
  | ScaleIr
  | CompareIr
  | InIr
  | LogicIr
  | NotIr
  | IfIr
  | CoalesceIr
  | IsMissingIr
  | CastIr
  | ListIr
  | RecordIr
  | CallIr
  | RoundIr
  | FormulaIr
  | NativeIr
  | AggregateIr;

/** One expression with its parameters: a formula, a gate's condition, a message's part. */
export interface Unit {
  readonly name: string;
  readonly file: string;
  readonly params: readonly {
    readonly name: string;
    readonly border: Border;
    readonly type: Type;
  }[];
  /** How many locals it needs: parameters first, then comprehension variables. */
  readonly slots: number;
  readonly body: Ir;
  /** Put together by the language, not written: explanations pass it over. */
  readonly derived?: boolean;
}

/** The formulas a unit may call, by name. Names never recur into themselves. */
export interface Units {
  get(name: string): Unit | undefined;
  values(): Iterable<Unit>;
}

/** The direct parts of a node, in the order they are written. */
export function partsOf(ir: Ir): readonly Ir[] {
  switch (ir.kind) {
    case 'const':
    case 'now':
    case 'today':
    case 'input':
    case 'local':
      return [];
    case 'field':
      return [ir.target];
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'compare':
    case 'and':
    case 'or':
    case 'coalesce':
      return [ir.left, ir.right];
    case 'in':
      return [ir.left, ir.list];
    case 'scale':
    case 'not':
    case 'is_missing':
    case 'cast':
      return [ir.operand];
    case 'round':
      return [ir.operand, ir.step];
    case 'if':
      return [ir.condition, ir.then, ir.otherwise];
    case 'list':
      return ir.items;
    case 'record':
      return ir.fields.map((field) => field.value);
    case 'call':
    case 'formula':
      return ir.args;
    case 'native':
      return ir.args.map((arg) => arg.value);
    case 'aggregate':
      return [ir.list, ir.item, ir.where].filter((part) => part !== undefined);
  }
}

/** Does it come from outside and has to be there? Then its absence is a fault wherever it goes. */
export const mustCome = (ir: InputIr | LocalIr | FieldIr | NativeIr): boolean =>
  ir.kind === 'field' ? !ir.optional : !ir.nullable;

/** Does a node call other parts of its block? */
export const callsParts = (ir: Ir): boolean =>
  (ir.kind === 'formula' && ir.label !== undefined) || partsOf(ir).some(callsParts);

/** `session.input_kg`, when the node is a plain path. */
export function pathOf(ir: Ir): string | undefined {
  if (ir.kind === 'input' || ir.kind === 'local') return ir.name;
  if (ir.kind === 'cast') return pathOf(ir.operand);
  if (ir.kind !== 'field') return undefined;
  const target = pathOf(ir.target);
  return target === undefined ? undefined : `${target}.${ir.name}`;
}

/** The paths a fault in this node is about. */
export function namesIn(ir: Ir): readonly string[] {
  const path = pathOf(ir);
  if (path !== undefined) return [path];
  if (ir.kind === 'formula' && ir.label !== undefined) return [ir.label];
  return [...new Set(partsOf(ir).flatMap(namesIn))];
}
