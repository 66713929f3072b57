import type { Expr, FieldNode, NameNode } from '../language/ast.ts';
import type { Type } from '../types/type.ts';
import { borderOf } from '../values/border.ts';
import type { Ir } from './ir.ts';
import { fieldOf, type Lowering, type NameFinding, node } from './lowering.ts';

type Found<K extends NameFinding['kind']> = Extract<NameFinding, { readonly kind: K }>;

/** A field that is written without its record. */
export function lowerMember(expr: NameNode, found: Found<'member'>, type: Type): Ir {
  const { of } = found;
  const base = node(expr, of.type);
  const target: Ir =
    of.kind === 'local'
      ? { ...base, kind: 'local', slot: of.slot, name: of.name }
      : { ...base, kind: 'input', name: of.name, border: borderOf(of.type) };
  return fieldOf(expr, target, found.name, type);
}

/** Another part of the block: it takes the parameters of the block as they are. */
export function lowerPart(expr: NameNode, found: Found<'part'>, type: Type): Ir {
  const args = found.params.map(
    (param, slot): Ir => ({ ...node(expr, param.type), kind: 'local', slot, name: param.name }),
  );
  return { ...node(expr, type), kind: 'formula', name: found.unit, label: found.name, args };
}

/** `session_balance(session).delta`: only the part that is asked for is computed. */
export function partOfCall(expr: FieldNode, l: Lowering): Ir | undefined {
  const call = unwrapped(expr.target);
  if (call.kind !== 'call') return undefined;
  const callee = l.findings.calls.get(call);
  if (callee?.kind !== 'formula') return undefined;
  const unit = callee.signature.parts?.get(expr.name);
  if (unit === undefined) return undefined;
  return {
    ...node(expr, l.typeOf(expr)),
    kind: 'formula',
    name: unit,
    args: call.args.map(l.lower),
  };
}

const unwrapped = (expr: Expr): Expr => (expr.kind === 'paren' ? unwrapped(expr.inner) : expr);
