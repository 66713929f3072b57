import { type Ir, namesIn } from '../ir/ir.ts';
import { mayLack, present, type Type } from '../types/type.ts';
import { borderOf, goesOut, type Value } from '../values/border.ts';
import { Fault } from '../values/fault.ts';

/** A value that must be there and is not, or that can't go out, is a fault of the whole. */
export function settle(value: Value, body: Ir, file: string): Value {
  if (value === null)
    return body.nullable ? null : new Fault('missing', body.span, file, namesIn(body));
  if (value instanceof Fault) return value;
  return heldBack(value, body.type, body, file) ?? value;
}

/** Why a value can't go out: of a list, the first element that can't, or that is not there. */
function heldBack(value: Value, type: Type, body: Ir, file: string): Fault | undefined {
  if (value instanceof Fault) return value;
  const whole = present(type);
  if (whole.kind !== 'list' || !Array.isArray(value))
    return goesOut(value, borderOf(whole)) ? undefined : new Fault('range', body.span, file, []);
  for (const item of value as readonly Value[]) {
    if (item === null && mayLack(whole.of)) continue;
    const held =
      item === null
        ? new Fault('missing', body.span, file, namesIn(body))
        : heldBack(item, whole.of, body, file);
    if (held !== undefined) return held;
  }
  return undefined;
}
