import { type Ir, partsOf } from '../ir/ir.ts';

/** A tree with one part in another's place. */
export function replaced(ir: Ir, part: Ir, by: Ir): Ir {
  if (ir === part) return by;
  if (!partsOf(ir).some((child) => holds(child, part))) return ir;
  const copy: Record<string, unknown> = { ...ir };
  for (const [key, value] of Object.entries(copy)) copy[key] = replacedIn(value, part, by);
  // Only trees were exchanged for trees, so it still is one.
  return copy as unknown as Ir;
}

function replacedIn(value: unknown, part: Ir, by: Ir): unknown {
  if (Array.isArray(value)) return value.map((item) => replacedIn(item, part, by));
  if (isIr(value)) return replaced(value, part, by);
  if (isArgument(value)) return { ...value, value: replaced(value.value, part, by) };
  return value;
}

const holds = (ir: Ir, part: Ir): boolean =>
  ir === part || partsOf(ir).some((child) => holds(child, part));

const isIr = (value: unknown): value is Ir =>
  typeof value === 'object' &&
  value !== null &&
  'span' in value &&
  'kind' in value &&
  'nullable' in value;

const isArgument = (value: unknown): value is { readonly value: Ir } =>
  typeof value === 'object' && value !== null && 'value' in value && isIr(value.value);
