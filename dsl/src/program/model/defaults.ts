import type { CheckedExpr } from '../../check/blocks/triggers.ts';
import type { Ir } from '../../ir/ir.ts';
import { type Diagnostic, diagnose } from '../../source/diagnostic.ts';
import type { Value } from '../../values/border.ts';
import { DEFAULT_ZONE } from '../../values/calendar.ts';
import { type Environment, NO_NATIVES } from '../../values/environment.ts';
import { Fault } from '../../values/fault.ts';
import type { Runtime } from '../runtime.ts';
import { settle } from '../settle.ts';

/** What a default is computed with: it reads nothing of its own record. */
export const aroundDefaults = (): Environment => ({
  inputs: {},
  now: Date.now(),
  zone: DEFAULT_ZONE,
  natives: NO_NATIVES,
});

/** The value of a default that can go out, or what is wrong with it. */
export function settledDefault(
  found: Value,
  body: Ir,
  file: string,
  { expr }: CheckedExpr,
  source: Runtime['source'],
): { readonly value: Exclude<Value, Fault> } | { readonly diagnostic: Diagnostic } {
  const value = settle(found, body, file);
  if (!(value instanceof Fault)) return { value };
  const text = source(file).slice(expr.span.start, expr.span.end);
  return { diagnostic: diagnose('outOfRange', file, expr.span, { text }) };
}
