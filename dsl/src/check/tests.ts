import type { ExpectClause, Expr, GivenClause, PathNode, TestBlock } from '../language/ast.ts';
import { walk } from '../language/visit.ts';
import type { Reporter } from '../source/diagnostic.ts';
import { didYouMean } from '../source/suggest.ts';
import { present, type Type } from '../types/type.ts';
import { inferCondition } from './ask.ts';
import { checkAgainst, createContext, inputScope } from './check-expression.ts';
import type { BlockSource, Scope, Typing, World } from './context.ts';
import { pointScope } from './gates.ts';

/** Where a `given` puts its value: into a fact, into the first element of a list fact, or a setting. */
export interface GivenTarget {
  readonly root: string;
  /** The root is the variable of `each`: the value goes into element 0 of this list fact. */
  readonly listFact: string | undefined;
  readonly fields: readonly string[];
  readonly type: Type;
}

export interface CheckedTest extends BlockSource<TestBlock> {
  readonly point: string | undefined;
  /** All names of the test with their types: what the fixture is made from. */
  readonly roots: ReadonlyMap<string, Type>;
  readonly givens: readonly {
    readonly clause: GivenClause;
    readonly target: GivenTarget;
    readonly typing: Typing;
  }[];
  readonly expects: readonly {
    readonly clause: ExpectClause;
    readonly typing: Typing | undefined;
  }[];
}

/** Checks a test against the point it plays at, or, without one, against the records it names. */
export function checkTest(source: BlockSource<TestBlock>, world: World): CheckedTest {
  const { block, reporter } = source;
  const clauses = block.clauses;
  const when = clauses.find((c) => c.kind === 'when');
  const expected = clauses.filter((c): c is ExpectClause => c.kind === 'expect');
  const given = clauses.filter((c): c is GivenClause => c.kind === 'given');
  if (expected.length === 0 && !block.broken) {
    reporter.report('missingClause', block.title.span, { block: 'test', clause: 'expect' });
  }
  checkOnce(block, reporter);
  const facts = when && pointFacts(when.point, world, reporter);
  const roots = facts ?? recordRoots(given, expected, world);
  const scope = pointScope(roots, world.index.settings);
  const givens = given.flatMap((clause) => checkGiven(clause, roots, world, reporter) ?? []);
  const expects = expected.map((clause) => ({
    clause,
    typing: checkExpect(clause, {
      scope,
      world,
      reporter,
      hasPoint: when !== undefined,
    }),
  }));
  return { ...source, point: when?.point.text, roots, givens, expects };
}

function checkOnce(block: TestBlock, reporter: Reporter): void {
  for (const kind of ['at', 'when'] as const) {
    const [, second] = block.clauses.filter((c) => c.kind === kind);
    if (second !== undefined) reporter.report('duplicateClause', second.span, { clause: kind });
  }
}

function pointFacts(path: PathNode, world: World, reporter: Reporter): ReadonlyMap<string, Type> {
  const facts = world.index.point(path.text);
  if (facts !== undefined) return facts;
  const fix = didYouMean(path.text, Object.keys(world.index.catalog.points), path.span);
  reporter.report('unknownPoint', path.span, { name: path.text }, fix);
  return new Map();
}

/** Without a point, a name that is a record's name stands for one such record. */
function recordRoots(
  given: readonly GivenClause[],
  expected: readonly ExpectClause[],
  world: World,
): ReadonlyMap<string, Type> {
  const names = new Set(given.map((clause) => clause.path.parts[0]?.name ?? ''));
  for (const { what } of expected) {
    if (what.kind !== 'true') continue;
    walk(what.condition, (expr) => {
      if (expr.kind === 'name') names.add(expr.name);
    });
  }
  const roots = new Map<string, Type>();
  for (const name of names) {
    const record = name === 'settings' ? undefined : world.index.record(name);
    if (record !== undefined) roots.set(name, record);
  }
  return roots;
}

/** `line` at a point with the list fact `lines` (or `linees`) stands for its first element. */
function rootOf(
  name: string,
  roots: ReadonlyMap<string, Type>,
): { type: Type; listFact: string | undefined } | undefined {
  const own = roots.get(name);
  if (own !== undefined) return { type: own, listFact: undefined };
  for (const fact of [`${name}s`, `${name}es`]) {
    const type = roots.get(fact);
    if (type?.kind === 'list') return { type: type.of, listFact: fact };
  }
  return undefined;
}

function checkGiven(
  clause: GivenClause,
  roots: ReadonlyMap<string, Type>,
  world: World,
  reporter: Reporter,
): CheckedTest['givens'][number] | undefined {
  const [first, ...rest] = clause.path.parts;
  if (first === undefined) return undefined;
  const isSettings = first.name === 'settings';
  const root = isSettings
    ? { type: world.index.settings, listFact: undefined }
    : rootOf(first.name, roots);
  if (root === undefined) {
    reporter.report(
      'givenPath',
      clause.path.span,
      {},
      didYouMean(first.name, roots.keys(), first.span),
    );
    return undefined;
  }
  let type: Type = root.type;
  for (const part of rest) {
    const target = present(type);
    const field = target.kind === 'record' ? target.fields.get(part.name) : undefined;
    if (field === undefined) {
      const known = target.kind === 'record' ? [...target.fields.keys()] : [];
      const record = target.kind === 'record' ? (target.name ?? first.name) : first.name;
      reporter.report(
        'unknownField',
        part.span,
        { record, name: part.name },
        didYouMean(part.name, known, part.span),
      );
      return undefined;
    }
    type = field;
  }
  const scope: Scope = inputScope(new Map<string, Type>([['settings', world.index.settings]]));
  const context = createContext({ world, reporter, scope, partialRecords: true });
  // A test may take a value away: `given x = missing` is allowed for every field.
  const value: Expr = clause.value;
  if (value.kind !== 'missing') checkAgainst(value, type, clause.path.text, context);
  const target = {
    root: first.name,
    listFact: root.listFact,
    fields: rest.map((part) => part.name),
    type,
  };
  return { clause, target, typing: context.typing };
}

interface Expecting {
  readonly scope: Scope;
  readonly world: World;
  readonly reporter: Reporter;
  readonly hasPoint: boolean;
}

function checkExpect(clause: ExpectClause, expecting: Expecting): Typing | undefined {
  const { world, reporter, scope } = expecting;
  const { what } = clause;
  if (what.kind !== 'true') {
    const words = what.kind === 'blocked' ? 'blocked by' : 'allowed';
    if (!expecting.hasPoint) reporter.report('conflictingTests', clause.span, { what: words });
    for (const { name, span } of what.kind === 'blocked' ? what.gates : []) {
      if (world.has('gate', name)) continue;
      const fix = didYouMean(name, world.names('gate'), span);
      reporter.report('unknownGate', span, { name }, fix);
    }
    return undefined;
  }
  const context = createContext({
    world,
    reporter,
    scope,
    demandGuards: false,
    partialRecords: true,
  });
  inferCondition(what.condition, context);
  return context.typing;
}
