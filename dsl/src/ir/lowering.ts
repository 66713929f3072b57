import type { AggregateNode, CallNode, Expr, NameNode } from '../language/ast.ts';
import type { FunctionSignature } from '../types/catalog.ts';
import { mayBeMissing, present, type Type } from '../types/type.ts';
import { borderOf } from '../values/border.ts';
import type { FieldIr, Ir } from './ir.ts';

/** What was found out about some parts of a tree. */
interface Found<K, V> {
  get(part: K): V | undefined;
}

/** What the checker found out about the expression (see `check/context.ts`). */
export interface Findings {
  readonly types: Found<Expr, Type>;
  readonly names: Found<NameNode, NameFinding>;
  readonly calls: Found<CallNode, CallFinding>;
  readonly loops: Found<AggregateNode | CallNode, number>;
  readonly casts: Found<Expr, Type>;
}
export type RootFinding =
  | { readonly kind: 'input'; readonly name: string; readonly type: Type }
  | { readonly kind: 'local'; readonly name: string; readonly slot: number; readonly type: Type };
export type NameFinding =
  | RootFinding
  | {
      readonly kind: 'member';
      readonly of: RootFinding;
      readonly name: string;
      readonly type: Type;
    }
  | {
      readonly kind: 'part';
      readonly name: string;
      readonly unit: string;
      readonly params: readonly { readonly name: string; readonly type: Type }[];
    }
  | { readonly kind: 'enum'; readonly value: string };
export type CallFinding =
  | { readonly kind: 'built-in' | 'aggregate' }
  | { readonly kind: 'shift'; readonly clock: 'given' | 'time' | 'text' }
  | {
      readonly kind: 'formula';
      readonly signature: { readonly name: string; readonly parts?: ReadonlyMap<string, string> };
    }
  | { readonly kind: 'function'; readonly signature: FunctionSignature };

export interface Lowering {
  readonly findings: Findings;
  lower(expr: Expr): Ir;
  /** The type in its place: an untyped value has the one it is taken for there. */
  typeOf(expr: Expr): Type;
}

const canBeMissing = (type: Type): boolean => mayBeMissing(type) || type.kind === 'dynamic';

/** The span, type and nullability all nodes have. */
export const node = (expr: Expr, type: Type) => ({
  span: expr.span,
  type,
  nullable: canBeMissing(type),
});

/**
 * A field of a record.
 * @param type what it is known to be where it stands
 */
export function fieldOf(expr: Expr, target: Ir, name: string, type: Type): FieldIr {
  const base = node(expr, type);
  const record = present(target.type);
  const own = record.kind === 'record' ? record.fields.get(name) : undefined;
  const optional = base.nullable && (own === undefined || canBeMissing(own));
  return { ...base, kind: 'field', target, name, border: borderOf(type), optional };
}
