import { type Ir, partsOf } from '../ir/ir.ts';
import { type Goal, impossible } from './solve.ts';
import { FALSE, TRUE, UNDECIDED } from './state.ts';
import { type Scope, type Terms, within } from './terms.ts';

/** A part that something follows from. */
export interface Reason {
  readonly ir: Ir;
  /** It follows from the part being false. */
  readonly denied: boolean;
}

/** What was found out about a part of a rule; it holds whatever the facts are. */
export interface Found {
  /** `twice`: other parts beside it say it already. */
  readonly kind: 'never' | 'always' | 'twice';
  readonly ir: Ir;
  /** The parts that bring it about: they exclude, or imply, one another. */
  readonly because: readonly Reason[];
  /** What the part can be replaced by. */
  readonly value: boolean;
}

interface Surroundings {
  readonly terms: Terms;
  readonly scope: Scope;
  /** What holds where the part matters, and where it is said. */
  readonly known: readonly Known[];
}

interface Known extends Goal {
  readonly ir: Ir;
}

const NOT_FALSE = TRUE | UNDECIDED;
const NOT_TRUE = FALSE | UNDECIDED;

/**
 * Goes through a rule and finds conditions that can come out only one way: as a whole, in the
 * branch of an `if` or a `where`, and beside the other parts of an `and` or `or`.
 */
export function examine(body: Ir, terms: Terms, scope: Scope): readonly Found[] {
  const found = new Map<string, Found>();
  visit(body, { terms, scope, known: [] });
  return [...found.values()];

  function add(kind: Found['kind'], ir: Ir, value: boolean, because: readonly Reason[] = []): void {
    if (ir.kind === 'const') return;
    const key = `${ir.span.start} ${ir.span.end}`;
    if (!found.has(key)) found.set(key, { kind, ir, because, value });
  }

  function visit(ir: Ir, around: Surroundings): void {
    if (isCondition(ir)) condition(ir, around);
    else inside(ir, around);
  }

  function condition(ir: Ir, around: Surroundings): void {
    const term = around.terms.of(ir, around.scope);
    const denied = (mask: number): boolean =>
      impossible([...around.known, { term, mask }], around.terms);
    if (denied(TRUE)) add('never', ir, false, conflict(ir, around));
    else if (denied(FALSE)) add('always', ir, true, reasons({ ir, term, mask: FALSE }, around));
    else if (ir.kind === 'and' || ir.kind === 'or') chain(ir, ir.kind, around);
    else if (ir.kind === 'not') visit(ir.operand, around);
    else inside(ir, around);
  }

  /** Beside the others, a part that can only be true in an `and`, or false in an `or`, is idle. */
  function chain(ir: Ir, kind: 'and' | 'or', around: Surroundings): void {
    const { terms, scope } = around;
    const parts = chainOf(ir, kind);
    const mask = kind === 'and' ? NOT_FALSE : NOT_TRUE;
    const goals = parts.map((part): Known => ({ ir: part, term: terms.of(part, scope), mask }));
    const idle = new Set<number>();
    const others = (i: number): readonly Known[] => goals.filter((_, k) => k !== i && !idle.has(k));
    for (let i = parts.length - 1; i >= 0; i -= 1) {
      const part = parts[i] as Ir;
      const moved: Goal = { term: (goals[i] as Goal).term, mask: kind === 'and' ? FALSE : TRUE };
      if (!impossible([...around.known, ...others(i), moved], terms)) continue;
      const alone = kind === 'or' ? around.known : [];
      if (impossible([...alone, moved], terms)) {
        idle.add(i);
        if (kind === 'and') add('always', part, true);
        else add('never', part, false, conflict(part, around));
        continue;
      }
      // Leaving it out must not turn what can't be decided into an answer.
      const rest = others(i).map((one) => ({ ...one, mask: kind === 'and' ? TRUE : FALSE }));
      const undecided = { term: moved.term, mask: UNDECIDED };
      if (!impossible([...around.known, ...rest, undecided], terms)) continue;
      idle.add(i);
      const enough = smallest([...around.known, ...others(i)], (some) =>
        impossible([...some, moved], terms),
      );
      add('twice', part, kind === 'and', enough.map(reasonOf));
    }
    for (const [i, part] of parts.entries())
      if (!idle.has(i)) deeper(part, { ...around, known: [...around.known, ...others(i)] });
  }

  /** A part of a chain has been judged itself: what it is made of has not. */
  function deeper(part: Ir, around: Surroundings): void {
    if (part.kind === 'and' || part.kind === 'or') chain(part, part.kind, around);
    else if (part.kind === 'not') deeper(part.operand, around);
    else inside(part, around);
  }

  /** The parts of a part that is no chain, each with what holds where it is looked at. */
  function inside(ir: Ir, around: Surroundings): void {
    const { terms, scope, known } = around;
    const knowing = (part: Ir, mask: number, at: Surroundings = around): Surroundings => ({
      ...at,
      known: [...at.known, { ir: part, term: terms.of(part, at.scope), mask }],
    });
    if (ir.kind === 'if') {
      visit(ir.condition, around);
      if (!found.has(`${ir.condition.span.start} ${ir.condition.span.end}`)) {
        visit(ir.then, knowing(ir.condition, TRUE));
        visit(ir.otherwise, knowing(ir.condition, FALSE));
      }
    } else if (ir.kind === 'aggregate') {
      visit(ir.list, around);
      const element = terms.element(terms.of(ir.list, scope));
      const each = { terms, known, scope: within(scope, ir.slot, element) };
      if (ir.where !== undefined) visit(ir.where, each);
      const kept = ir.where === undefined ? each : knowing(ir.where, TRUE, each);
      if (ir.item !== undefined) visit(ir.item, kept);
    } else {
      for (const part of partsOf(ir)) visit(part, around);
    }
  }
}

/** The parts of an `and`, and what holds around it, that can't be true together. */
function conflict(ir: Ir, around: Surroundings): readonly Reason[] {
  const { terms, scope, known } = around;
  const parts = ir.kind === 'and' ? chainOf(ir, 'and') : [ir];
  const goals = parts.map((part): Known => ({ ir: part, term: terms.of(part, scope), mask: TRUE }));
  const enough = smallest([...known, ...goals], (some) => impossible(some, terms));
  return enough.length === 1 && enough[0]?.ir === ir ? [] : enough.map(reasonOf);
}

/** What holds around a part that can come out only one way; nothing where it needs nothing. */
const reasons = (moved: Known, { terms, known }: Surroundings): readonly Reason[] =>
  smallest(known, (some) => impossible([...some, moved], terms)).map(reasonOf);

const reasonOf = ({ ir, mask }: Known): Reason => ({ ir, denied: mask === FALSE });

/** As few as possible for which something still holds; each of those that are left is needed. */
export function smallest<T>(
  all: readonly T[],
  holds: (some: readonly T[]) => boolean,
): readonly T[] {
  if (!holds(all)) return all;
  let left = all;
  for (const item of all) {
    const without = left.filter((other) => other !== item);
    if (holds(without)) left = without;
  }
  return left;
}

const chainOf = (ir: Ir, kind: 'and' | 'or'): readonly Ir[] =>
  ir.kind === kind ? [...chainOf(ir.left, kind), ...chainOf(ir.right, kind)] : [ir];

/** A condition that says something: one that is only read may be anything. */
function isCondition(ir: Ir): boolean {
  const type = ir.type.kind === 'optional' ? ir.type.of : ir.type;
  const read = ir.kind === 'input' || ir.kind === 'field' || ir.kind === 'local';
  return type.kind === 'bool' && !read;
}
