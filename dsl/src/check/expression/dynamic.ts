import type { Expr } from '../../language/ast.ts';
import { listOf, NUMBER_TYPE, type Type } from '../../types/type.ts';
import type { Context } from '../context.ts';

/** A record of which only the names asked for matter. */
export const OPEN_RECORD: Type = { kind: 'record', name: undefined, fields: new Map() };

/** What an untyped value beside `wanted` is taken for: numbers without a type have no unit. */
function taken(wanted: Type): Type | undefined {
  switch (wanted.kind) {
    case 'optional':
      return taken(wanted.of);
    case 'quantity':
      return NUMBER_TYPE;
    case 'list':
      return listOf(taken(wanted.of) ?? wanted.of);
    case 'dynamic':
    case 'unknown':
    case 'missing':
    case 'calendar':
      return undefined;
    default:
      return wanted;
  }
}

/**
 * An untyped value in a place that asks for a type: noted, so that the value is judged there when
 * the rule runs.
 * @returns the type the value has in its place; that of a typed value is its own
 */
export function settle(expr: Expr, type: Type, wanted: Type, context: Context): Type {
  if (type.kind !== 'dynamic') return type;
  const target = taken(wanted);
  if (target === undefined) return type;
  context.typing.casts.set(expr, target);
  return target;
}

const isDynamic = ({ kind }: Type): boolean => kind === 'dynamic';

/** Values that must agree: the untyped ones are taken for what the typed ones are. */
export function settlePeers(
  exprs: readonly Expr[],
  types: readonly Type[],
  context: Context,
): readonly Type[] {
  if (!types.some(isDynamic)) return types;
  const wanted = types.find((type) => taken(type) !== undefined);
  if (wanted === undefined) return types;
  return types.map((type, i) => settle(exprs[i] as Expr, type, wanted, context));
}

/** A list, or an untyped value taken for one, whose untyped elements are taken for `of`. */
export function settleItems(expr: Expr, type: Type, of: Type, context: Context): Type {
  if (type.kind !== 'list' || type.of.kind !== 'dynamic') {
    return settle(expr, type, listOf(of), context);
  }
  const target = listOf(of);
  context.typing.casts.set(expr, target);
  return target;
}
