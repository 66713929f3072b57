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
  opt: '{k: kg, in: {n: number?, k: kg}}?',
  list: 'list of number',
  tags: 'list of text?',
} as const;

/** What random expressions call: parameters that may be missing, given what may and what may not. */
export const FORMULAS = `formula has(n: number?) = n is present
formula has_kg(q: kg?) = q is present
formula has_text(t: text?) = t is present
formula has_must(r: {k: kg?, in: {n: number?}}?) = r is present
formula has_deep(r: {k: kg, in: {n: number?, k: kg}}?) = r.in.n is present and r.in is present
formula has_rec(r: {k: kg, in: {n: number}?}?) = r.in.n is present or r.k is missing
formula has_own(r: {k: kg?, in: {n: number?}}) = r.in.n is present
formula or_one(n: number?) = n ?? 1
formula kept(c: bool, n: number) = if c then n else missing
formula passed(n: number?) = kept(n is present, n ?? 2)
formula again(n: number) = has(n)
formula unread(n: number) = true
formula in_list(n: number, o: number?) = any(v is missing for v in [n, o])
formula in_record(q: kg, o: kg?) = {q: q, o: o}.o
`;

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
