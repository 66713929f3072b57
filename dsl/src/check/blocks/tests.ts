import type {
  DecisionClause,
  EventClause,
  ExpectClause,
  Expr,
  GivenClause,
  NameNode,
  PathNode,
  RecordNode,
  TestBlock,
  TestClause,
} from '../../language/ast.ts';
import { walk } from '../../language/visit.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import { calledName, present, type RecordType, type Type } from '../../types/type.ts';
import type { BlockSource, NamedKind, Scope, Typing, World } from '../context.ts';
import { inferCondition } from '../expression/ask.ts';
import { checkAgainst, createContext, inputScope } from '../expression/check-expression.ts';
import { namedOnce } from '../rules/named-once.ts';
import { durationMs, wholeNumber } from './durations.ts';
import { checkRoles } from './roles.ts';
import { pointScope } from './stands.ts';

/** Where a `given` puts its value: into a fact, into the first element of a list fact, or a setting. */
export interface GivenTarget {
  readonly root: string;
  /** The root is the variable of `each`: the value goes into element 0 of this list fact. */
  readonly listFact: string | undefined;
  readonly fields: readonly string[];
  readonly type: Type;
}
/** Fields as a test writes them, only some of a record. */
export interface GivenFields {
  readonly type: RecordType;
  readonly value: RecordNode | undefined;
  readonly typing: Typing;
}

/** A clause of a test, checked. A test is a story: its steps are played in their order. */
export type CheckedStep =
  | { readonly kind: 'at'; readonly clause: Extract<TestClause, { kind: 'at' }> }
  | CheckedGiven
  | { readonly kind: 'when'; readonly point: string }
  | { readonly kind: 'event'; readonly event: string; readonly fields: GivenFields }
  | { readonly kind: 'after'; readonly ms: number }
  | CheckedDecision
  | CheckedExpect;
export interface CheckedGiven {
  readonly kind: 'given';
  readonly clause: GivenClause;
  readonly target: GivenTarget;
  readonly typing: Typing;
}
/** People of these roles decide, one after another. */
export interface CheckedDecision {
  readonly kind: 'decision';
  readonly verdict: 'approve' | 'reject';
  readonly roles: readonly string[];
}
export interface CheckedExpect {
  readonly kind: 'expect';
  readonly clause: ExpectClause;
  /** Of a condition. */
  readonly typing: Typing | undefined;
  /** Of `did ACTION { … }`. */
  readonly fields: GivenFields | undefined;
}

export interface CheckedTest extends BlockSource<TestBlock> {
  /** All names of the test with their types: what the fixture is made from. */
  readonly roots: ReadonlyMap<string, Type>;
  readonly steps: readonly CheckedStep[];
}

interface Telling {
  readonly roots: ReadonlyMap<string, Type>;
  readonly world: World;
  readonly reporter: Reporter;
  /** Has an operation been played by now? */
  readonly hasPoint: boolean;
}

/** Checks a test against the points it plays at, or, without one, against the records it names. */
export function checkTest(source: BlockSource<TestBlock>, world: World): CheckedTest {
  const { block, reporter } = source;
  const { clauses } = block;
  if (!block.broken && !clauses.some((clause) => clause.kind === 'expect'))
    reporter.report('missingClause', block.title.span, { block: 'test', clause: 'expect' });
  const roots = rootsOf(clauses, world, reporter);
  let hasPoint = false;
  const steps = clauses.flatMap((clause): CheckedStep | readonly [] => {
    hasPoint ||= clause.kind === 'when';
    return checkStep(clause, { roots, world, reporter, hasPoint }) ?? [];
  });
  return { ...source, roots, steps };
}

function checkStep(clause: TestClause, telling: Telling): CheckedStep | undefined {
  switch (clause.kind) {
    case 'at':
      return { kind: 'at', clause };
    case 'given':
      return checkGiven(clause, telling);
    case 'when':
      return { kind: 'when', point: clause.point.text };
    case 'after':
      return { kind: 'after', ms: durationMs(clause.duration, telling.reporter) };
    case 'event':
      return checkEvent(clause, telling);
    case 'decision':
      return checkDecision(clause, telling);
    case 'expect':
      return checkExpect(clause, telling);
  }
}

// --- names ---------------------------------------------------------------------------------------

/** The facts of the points, what can be asked at any time, and records where no point is. */
function rootsOf(
  clauses: readonly TestClause[],
  world: World,
  reporter: Reporter,
): ReadonlyMap<string, Type> {
  const roots = new Map<string, Type>(world.index.facts);
  const points = clauses.flatMap((clause) => (clause.kind === 'when' ? clause.point : []));
  for (const point of points) {
    for (const [name, type] of pointFacts(point, world, reporter)) roots.set(name, type);
  }
  if (points.length > 0) return roots;
  for (const name of namesIn(clauses)) {
    const record = name === 'settings' ? undefined : world.index.record(name);
    if (record !== undefined && !roots.has(name)) roots.set(name, record);
  }
  return roots;
}

function pointFacts(path: PathNode, world: World, reporter: Reporter): ReadonlyMap<string, Type> {
  const facts = world.index.point(path.text);
  if (facts !== undefined) return facts;
  const fix = didYouMean(path.text, world.index.names('point'), path.span);
  reporter.report('unknownPoint', path.span, { name: path.text }, fix);
  return new Map();
}

function namesIn(clauses: readonly TestClause[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const clause of clauses) {
    if (clause.kind === 'given') names.add(clause.path.parts[0]?.name ?? '');
    if (clause.kind !== 'expect' || clause.what.kind !== 'true') continue;
    walk(clause.what.condition, (expr) => {
      if (expr.kind === 'name') names.add(expr.name);
    });
  }
  return names;
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

// --- what is given ---------------------------------------------------------------------------------

/** Literals and settings: what a test may write where it gives values. */
function givenScope({ index: { settings } }: World): Scope {
  const known = givenScopes.get(settings);
  if (known !== undefined) return known;
  const scope = inputScope([['settings', settings]]);
  givenScopes.set(settings, scope);
  return scope;
}

const givenScopes = new WeakMap<Type, Scope>();

function checkGiven(clause: GivenClause, telling: Telling): CheckedGiven | undefined {
  const { roots, world, reporter } = telling;
  const [first, ...rest] = clause.path.parts;
  if (first === undefined) return undefined;
  const isSettings = first.name === 'settings';
  const root = isSettings
    ? { type: world.index.settings, listFact: undefined }
    : rootOf(first.name, roots);
  if (root === undefined) {
    const fix = didYouMean(first.name, roots.keys(), first.span);
    reporter.report('givenPath', clause.path.span, {}, fix);
    return undefined;
  }
  const type = fieldAt(rest, root.type, first.name, reporter);
  if (type === undefined) return undefined;
  const context = createContext({
    world,
    reporter,
    scope: givenScope(world),
    partialRecords: true,
  });
  // A test may take a value away: `given x = missing` is allowed for every field.
  const value: Expr = clause.value;
  if (value.kind !== 'missing') checkAgainst(value, type, clause.path.text, context);
  const fields = rest.map((part) => part.name);
  const target = { root: first.name, listFact: root.listFact, fields, type };
  return { kind: 'given', clause, target, typing: context.typing };
}

function fieldAt(
  path: readonly NameNode[],
  root: Type,
  rootName: string,
  reporter: Reporter,
): Type | undefined {
  let type = root;
  for (const { name, span } of path) {
    const target = present(type);
    const field = target.kind === 'record' ? target.fields.get(name) : undefined;
    if (field === undefined) {
      const known = target.kind === 'record' ? [...target.fields.keys()] : [];
      const record = target.kind === 'record' ? (calledName(target) ?? rootName) : rootName;
      reporter.report('unknownField', span, { record, name }, didYouMean(name, known, span));
      return undefined;
    }
    type = field;
  }
  return type;
}

/** As with `given`, a test may take any value away. */
function checkFields(
  value: RecordNode | undefined,
  type: RecordType,
  owner: string,
  { world, reporter }: Telling,
): GivenFields {
  const scope = givenScope(world);
  const context = createContext({ world, reporter, scope, partialRecords: true });
  const given = new Set<string>();
  for (const { name, nameSpan, value: field } of value?.fields ?? []) {
    if (given.has(name)) reporter.report('duplicateName', nameSpan, { name });
    given.add(name);
    const fieldType = type.fields.get(name);
    if (fieldType === undefined) {
      const fix = didYouMean(name, type.fields.keys(), nameSpan);
      reporter.report('unknownField', nameSpan, { record: owner, name }, fix);
    } else if (field.kind !== 'missing') checkAgainst(field, fieldType, name, context);
  }
  return { type, value, typing: context.typing };
}

function checkEvent({ event, fields }: EventClause, telling: Telling): CheckedStep | undefined {
  const { index } = telling.world;
  const type = index.event(event.text);
  if (type !== undefined) {
    const given = checkFields(fields, type, event.text, telling);
    return { kind: 'event', event: event.text, fields: given };
  }
  const fix = didYouMean(event.text, index.names('event'), event.span);
  telling.reporter.report('unknownEvent', event.span, { name: event.text }, fix);
  return undefined;
}

function checkDecision(clause: DecisionClause, telling: Telling): CheckedDecision {
  const { verdict, roles, span } = clause;
  const { world, reporter, hasPoint } = telling;
  if (!hasPoint) reporter.report('conflictingTests', span, { what: `${verdict} by` });
  checkRoles(roles, world, reporter);
  return {
    kind: 'decision',
    verdict: verdict === 'approved' ? 'approve' : 'reject',
    roles: roles.map(({ name }) => name),
  };
}

// --- what is expected --------------------------------------------------------------------------------

const POINT_WORDS = {
  blocked: 'expect blocked by',
  allowed: 'expect allowed',
  waits: 'expect waits for',
} as const;

function checkExpect(clause: ExpectClause, telling: Telling): CheckedExpect {
  const { what } = clause;
  const { reporter } = telling;
  const plain = { kind: 'expect', clause, typing: undefined, fields: undefined } as const;
  if (what.kind in POINT_WORDS && !telling.hasPoint) {
    const words = POINT_WORDS[what.kind as keyof typeof POINT_WORDS];
    reporter.report('conflictingTests', clause.span, { what: words });
  }
  switch (what.kind) {
    case 'blocked':
      checkNames('gate', 'unknownGate', what.gates, telling);
      return plain;
    case 'waits':
      checkNames('approval', 'unknownApproval', what.approvals, telling);
      return plain;
    case 'raised':
      checkNames('alert', 'unknownAlert', what.alerts, telling);
      return plain;
    case 'did':
      if (what.times !== undefined) wholeNumber(what.times, 1, 1_000_000, reporter);
      return { ...plain, fields: checkDid(what.action, what.fields, telling) };
    case 'true':
      return { ...plain, typing: checkTrue(what.condition, telling) };
    default:
      return plain;
  }
}

function checkNames(
  kind: NamedKind,
  code: 'unknownGate' | 'unknownApproval' | 'unknownAlert',
  names: readonly NameNode[],
  { world, reporter }: Telling,
): void {
  for (const { name, span } of namedOnce(names, reporter)) {
    if (!world.has(kind, name))
      reporter.report(code, span, { name }, didYouMean(name, world.names(kind), span));
  }
}

function checkDid(
  action: PathNode,
  fields: RecordNode | undefined,
  telling: Telling,
): GivenFields | undefined {
  const { index } = telling.world;
  const signature = index.action(action.text);
  if (signature !== undefined) {
    const type: RecordType = { kind: 'record', name: undefined, fields: signature.params };
    return checkFields(fields, type, action.text, telling);
  }
  const fix = didYouMean(action.text, index.names('action'), action.span);
  telling.reporter.report('unknownAction', action.span, { name: action.text }, fix);
  return undefined;
}

function checkTrue(condition: Expr, { roots, world, reporter }: Telling): Typing {
  const context = createContext({
    world,
    reporter,
    scope: pointScope(roots, world.index.settings),
    demandGuards: false,
    partialRecords: true,
  });
  inferCondition(condition, context);
  return context.typing;
}
