import type { Ir } from '../ir/ir.ts';
import { FALSE, TRUE, UNDECIDED } from './state.ts';
import { type Term, type Terms, within } from './terms.ts';

/** A condition, and how it may come out: bits of `TRUE`, `FALSE` and `UNDECIDED`. */
export interface Goal {
  readonly term: Term;
  readonly mask: number;
}
/** Goals that reach another one together. */
export type Way = readonly Goal[];

const ANYTHING: readonly Way[] = [];

/**
 * The ways in which a condition made of others comes out as asked. Each list covers all cases, so
 * that a goal none of whose ways is possible is impossible.
 * @returns nothing for a condition of one piece; an empty list where nothing follows
 */
export function choose(term: Term, mask: number): readonly Way[] | undefined {
  const [a, b, c] = term.parts as [Term, Term, Term];
  switch (term.kind) {
    case 'and':
      return joined(a, b, mask, TRUE, FALSE);
    case 'or':
      return joined(a, b, mask, FALSE, TRUE);
    case 'not':
      return [[{ term: a, mask: turned(mask) }]];
    case 'if': {
      const ways: Way[] = [
        [
          { term: a, mask: TRUE },
          { term: b, mask },
        ],
        [
          { term: a, mask: FALSE },
          { term: c, mask },
        ],
      ];
      return (mask & UNDECIDED) === 0 ? ways : [...ways, [{ term: a, mask: UNDECIDED }]];
    }
    case 'coalesce':
      return coalesced(a, b, mask);
    default:
      return undefined;
  }
}

const turned = (mask: number): number =>
  (mask & UNDECIDED) | ((mask & TRUE) !== 0 ? FALSE : 0) | ((mask & FALSE) !== 0 ? TRUE : 0);

/** `and` (or, the other way round, `or`): Kleene's. @param all both must be, @param one decides */
function joined(a: Term, b: Term, mask: number, all: number, one: number): readonly Way[] {
  const both = (m: number): readonly Way[] => [
    [
      { term: a, mask: m },
      { term: b, mask: m },
    ],
  ];
  const either = (m: number): readonly Way[] => [[{ term: a, mask: m }], [{ term: b, mask: m }]];
  switch (mask) {
    case all:
      return both(all);
    case one:
      return either(one);
    case UNDECIDED:
    case all | UNDECIDED:
      return both(all | UNDECIDED);
    case one | UNDECIDED:
      return either(one | UNDECIDED);
    default:
      return ANYTHING;
  }
}

/** The left side answers unless it is missing or was divided by zero. */
function coalesced(a: Term, b: Term, mask: number): readonly Way[] {
  return [
    [{ term: a, mask }],
    [
      { term: a, mask: UNDECIDED },
      { term: b, mask },
    ],
  ];
}

/** A comparison with a choice on one side is one comparison for each of the choices. */
export function lifted(term: Term, holds: boolean, terms: Terms): readonly Way[] | undefined {
  const { ir, parts } = term;
  if (ir.kind !== 'compare') return undefined;
  const [left, right] = parts as [Term, Term];
  const mask = holds ? TRUE : FALSE;
  const compare = (part: Term, side: Term): Goal => ({
    term: side === left ? terms.compare(ir, part, right) : terms.compare(ir, left, part),
    mask,
  });
  for (const side of [left, right]) {
    if (side.kind !== 'if') continue;
    const [condition, then, otherwise] = side.parts as [Term, Term, Term];
    return [
      [{ term: condition, mask: TRUE }, compare(then, side)],
      [{ term: condition, mask: FALSE }, compare(otherwise, side)],
    ];
  }
  return undefined;
}

/** `any` is true for some element, `all` and `none` are false for some; that one is looked at. */
export function aggregateGoals(term: Term, holds: boolean, terms: Terms): readonly Way[] {
  const { ir, scope, parts } = term;
  if (ir.kind !== 'aggregate' || scope === undefined) return ANYTHING;
  if (holds !== (ir.name === 'any')) return ANYTHING;
  const inside = within(scope, ir.slot, terms.element(parts[0] as Term));
  const of = (part: Ir | undefined, mask: number): Way =>
    part === undefined ? [] : [{ term: terms.of(part, inside), mask }];
  return [[...of(ir.where, TRUE), ...of(ir.item, ir.name === 'all' ? FALSE : TRUE)]];
}
