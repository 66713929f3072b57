import { present } from '../types/type.ts';
import { type Ir, type NotIr, partsOf } from './ir.ts';

/** The conditions that no `and`, `or`, `not` or `if` is made of. */
export function atomsOf(ir: Ir): readonly Ir[] {
  switch (ir.kind) {
    case 'and':
    case 'or':
      return [...atomsOf(ir.left), ...atomsOf(ir.right)];
    case 'not':
      return isOneQuestion(ir) ? [ir] : atomsOf(ir.operand);
    case 'if':
      return [ir.condition, ir.then, ir.otherwise].flatMap(atomsOf);
    default:
      return isAtom(ir) ? [ir] : partsOf(ir).flatMap(atomsOf);
  }
}

/** `is present`, `!=` and `not in` deny nothing that is written: they are asked as they stand. */
const isOneQuestion = ({ span, operand }: NotIr): boolean =>
  operand.span.start === span.start && operand.span.end === span.end;

/** A formula's own conditions are counted with the formula. */
const isAtom = (ir: Ir): boolean =>
  present(ir.type).kind === 'bool' &&
  ir.kind !== 'const' &&
  ir.kind !== 'formula' &&
  ir.kind !== 'coalesce';
