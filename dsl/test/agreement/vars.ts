import type { Type } from '../../src/types/type.ts';
import { parseTypeText } from '../../src/types/type-text.ts';

/** The names random expressions are made of. */
export const VARS = {
  a: 'number',
  b: 'number',
  x: 'number?',
  k: 'kg',
  m: 'kg',
  g: 'g',
  w: 'g?',
  ks: 'kg',
  ms: 'kg?',
  pct: '%',
  p: 'bool',
  q: 'bool?',
  s: 'oneof(ok, bad)',
  t: 'text',
  u: 'text?',
  d: 'instant',
  e: 'instant?',
  day: 'date',
  clock: 'time',
  rows: 'list of {w: kg, n: number?, ok: bool}',
  rec: '{k: kg, in: {n: number}?}?',
  must: '{k: kg?, in: {n: number?}}',
  list: 'list of number',
  tags: 'list of text?',
} as const;

/** What is kept in steps, as a catalog's fields are, in the base unit. */
const STEPS: Readonly<Record<string, number>> = { ks: 0.001, ms: 0.001 };

export const TYPES: ReadonlyMap<string, Type> = new Map(
  Object.entries(VARS).map(([name, text]) => [name, stepped(name, parseTypeText(text) as Type)]),
);

function stepped(name: string, type: Type): Type {
  const resolution = STEPS[name];
  if (resolution === undefined) return type;
  if (type.kind === 'optional') return { ...type, of: stepped(name, type.of) };
  return type.kind === 'quantity' ? { ...type, resolution } : type;
}
