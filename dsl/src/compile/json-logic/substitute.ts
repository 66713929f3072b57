import type { Ir, Units } from '../../ir/ir.ts';

/** Read as it is, from outside or of a parameter. */
export const isRead = (ir: Ir): boolean =>
  ir.kind === 'input' || ir.kind === 'field' || ir.kind === 'local';

const DEMANDED = { demanded: true } as const;

/** Has a value to be there, though by itself it may be missing: a parameter asks for it. */
export const isDemanded = (ir: Ir): boolean => 'demanded' in ir;

/** What is given: it may be missing only where neither it nor what it stands for has to be there. */
function inPlaceOf(local: Ir, given: Ir): Ir {
  if (local.nullable || !given.nullable) return given;
  return isRead(given) ? { ...given, nullable: false } : { ...given, ...DEMANDED };
}

/**
 * Writes formulas in: every call becomes the formula's body with the arguments in place of the
 * parameters. Formulas never recur, so this ends; `count` may stop it when it grows too large.
 */
export function substitute(ir: Ir, units: Units, count: () => void): Ir {
  let fresh = 1_000_000;
  return replace(ir, new Map());

  function replace(part: Ir, locals: ReadonlyMap<number, Ir>): Ir {
    count();
    const go = (inner: Ir): Ir => replace(inner, locals);
    switch (part.kind) {
      case 'local': {
        const given = locals.get(part.slot);
        return given === undefined ? part : inPlaceOf(part, given);
      }
      case 'formula': {
        const unit = units.get(part.name);
        if (unit === undefined) return part;
        return replace(unit.body, new Map(part.args.map((arg, i) => [i, go(arg)])));
      }
      case 'aggregate': {
        // Loop variables of different formulas may share a slot: each gets its own.
        const slot = fresh++;
        const element: Ir = {
          kind: 'local',
          slot,
          name: 'each',
          span: part.span,
          type: part.type,
          nullable: true,
        };
        const inside = new Map(locals).set(part.slot, element);
        return {
          ...part,
          slot,
          list: go(part.list),
          item: part.item && replace(part.item, inside),
          where: part.where && replace(part.where, inside),
        };
      }
      case 'field':
        return { ...part, target: go(part.target) };
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
      case 'compare':
      case 'and':
      case 'or':
      case 'coalesce':
        return { ...part, left: go(part.left), right: go(part.right) };
      case 'in':
        return { ...part, left: go(part.left), list: go(part.list) };
      case 'scale':
      case 'not':
      case 'is_missing':
      case 'cast':
        return { ...part, operand: go(part.operand) };
      case 'round':
        return { ...part, operand: go(part.operand), step: go(part.step) };
      case 'if':
        return {
          ...part,
          condition: go(part.condition),
          then: go(part.then),
          otherwise: go(part.otherwise),
        };
      case 'list':
        return { ...part, items: part.items.map(go) };
      case 'record':
        return {
          ...part,
          fields: part.fields.map((field) => ({ ...field, value: go(field.value) })),
        };
      case 'call':
        return { ...part, args: part.args.map(go) };
      case 'native':
        return { ...part, args: part.args.map((arg) => ({ ...arg, value: go(arg.value) })) };
      default:
        return part;
    }
  }
}
