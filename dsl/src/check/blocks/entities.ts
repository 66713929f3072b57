import type { EntityBlock, Expr, FieldClause, MoveClause, NameNode } from '../../language/ast.ts';
import { walk } from '../../language/visit.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import {
  assignable,
  ofDimension,
  present,
  quantity,
  type RecordType,
  type Type,
  typeWords,
} from '../../types/type.ts';
import { type BlockSource, type Context, type World, worldWithoutBlocks } from '../context.ts';
import { checkAgainst, createContext, readType } from '../expression/check-expression.ts';
import { checkClauseCounts } from '../rules/clause-counts.ts';
import { demandFirstOne } from '../rules/first-one.ts';
import { reportLifeCycle } from '../rules/life-cycle.ts';
import { reportLookAlikes } from '../rules/look-alikes.ts';
import { namedOnce } from '../rules/named-once.ts';
import { clausesNamed } from './clauses-named.ts';
import { takenBy } from './entity-index.ts';
import {
  fieldsOf,
  OWN_FACTS,
  OWN_OPERATIONS,
  reservedFields,
  shapeOf,
  unitOf,
} from './entity-shape.ts';
import { checkRoles } from './roles.ts';
import { pointScope } from './stands.ts';
import { type CheckedExpr, checkCondition } from './triggers.ts';

export interface CheckedField {
  readonly clause: FieldClause;
  /** As others see it: with the step it is kept in. */
  readonly type: Type;
  readonly initial: CheckedExpr | undefined;
}
export interface CheckedMove {
  readonly clause: MoveClause;
  readonly condition: CheckedExpr | undefined;
}
export interface CheckedEntity extends BlockSource<EntityBlock> {
  readonly fields: readonly CheckedField[];
  readonly states: readonly NameNode[];
  readonly moves: readonly CheckedMove[];
}

const NEEDED = { field: 'field NAME: TYPE' };

/** Checks an entity. Undefined when its name is taken, so that nothing of it exists. */
export function checkEntity(
  source: BlockSource<EntityBlock>,
  world: World,
): CheckedEntity | undefined {
  const { block, reporter } = source;
  const hasMoves = block.clauses.some(({ kind }) => kind === 'move');
  const needed = hasMoves ? { ...NEEDED, states: 'states A, B' } : NEEDED;
  checkClauseCounts(block, needed, ['label', 'field', 'move', 'key'], reporter);
  const record = checkName(block, world, reporter)
    ? world.index.record(block.name.name)
    : undefined;
  const fields = checkFields(block, record, world, reporter);
  reportLookAlikes(
    clausesNamed(block, 'field').map(({ name }) => name),
    reporter,
  );
  const states = checkStates(block, reporter);
  reportLookAlikes(states, reporter);
  const moves = checkMoves(block, states, world, reporter);
  checkLabels(block, [...fields.map(({ clause }) => clause.name), ...states], reporter);
  for (const { names } of clausesNamed(block, 'key'))
    for (const name of namedOnce(names, reporter)) checkKey(name, record, block, reporter);
  for (const kind of ['read', 'write'] as const)
    for (const { roles } of clausesNamed(block, kind))
      checkRoles(namedOnce(roles, reporter), world, reporter);
  if (record === undefined) return undefined;
  demandFirstOne(record, block, reporter);
  return { ...source, fields, states, moves };
}

/** @returns is the name free, with all that comes with it? */
function checkName(block: EntityBlock, world: World, reporter: Reporter): boolean {
  const { name, span } = block.name;
  const { catalog } = world.index;
  const taken = takenBy(catalog, shapeOf(block, catalog));
  if (taken === undefined) return true;
  const own = OWN_FACTS.some((fact) => fact === name);
  if (own) reporter.report('reservedName', span, { block: 'entity', name });
  else reporter.report('duplicateName', span, { name: taken });
  return false;
}

// --- fields --------------------------------------------------------------------------------------

function checkFields(
  block: EntityBlock,
  record: RecordType | undefined,
  world: World,
  reporter: Reporter,
): readonly CheckedField[] {
  const kept = fieldsOf(block);
  const reserved = reservedFields(block);
  return clausesNamed(block, 'field').flatMap((clause): CheckedField | readonly [] => {
    const { name, span } = clause.name;
    const written = readType(clause.type.text, clause.type.span, world.index, reporter);
    const initial = checkField(clause, written, world, reporter);
    if (kept.includes(clause))
      return { clause, type: record?.fields.get(name) ?? written, initial };
    if (reserved.includes(name)) reporter.report('reservedName', span, { block: 'entity', name });
    else reporter.report('duplicateName', span, { name });
    return [];
  });
}

function checkField(
  clause: FieldClause,
  type: Type,
  world: World,
  reporter: Reporter,
): CheckedExpr | undefined {
  const { step, initial, unique, name } = clause;
  // A constant sees no names but those of values: no facts, settings or formulas.
  const alone = worldWithoutBlocks(world.index);
  const context = () => createContext({ world: alone, reporter, scope: new Map() });
  if (unique) demandKey(type, clause.type, reporter);
  if (step !== undefined) checkStep(step, type, name, context());
  if (initial === undefined) return undefined;
  const inside = context();
  checkAgainst(initial, type, name.name, inside);
  demandConstant(initial, type, inside);
  return { expr: initial, typing: inside.typing };
}

/** A step is a number in the field's unit, of temperatures in kelvins. */
function checkStep(step: Expr, type: Type, { name }: NameNode, context: Context): void {
  const { reporter } = context;
  const unit = unitOf(type);
  if (unit === undefined) {
    if (type.kind !== 'unknown')
      reporter.report('notNumeric', step.span, { op: 'step', actual: typeWords(type) });
  } else if (step.kind !== 'number' || step.value <= 0) {
    reporter.report('badStep', step.span);
  } else {
    const wanted = unit.dimension === 'degC' ? ofDimension('K') : quantity(unit);
    const found = context.infer(step, context, wanted);
    const words = { name, expected: typeWords(wanted), actual: typeWords(found) };
    if (!assignable(found, wanted)) reporter.report('resultType', step.span, words);
  }
}

/** What depends on the clock, the zone, a plugin or another record is not known beforehand. */
function demandConstant(initial: Expr, type: Type, { typing, reporter }: Context): void {
  const plain = present(type);
  const refers = plain.kind === 'record' && plain.name !== undefined && initial.kind !== 'missing';
  let known = !refers && ![...typing.calls.values()].some(({ kind }) => kind === 'function');
  walk(initial, (part) => {
    const local = part.kind === 'instant' && !/(?:Z|[+-]\d\d:\d\d)$/.test(part.text);
    known &&= !local && part.kind !== 'now' && part.kind !== 'today' && part.kind !== 'at';
  });
  if (!known) reporter.report('notConstant', initial.span);
}

/** What tells records apart is one value; another record is, by its `id`. */
function demandKey(type: Type, { span }: { span: Expr['span'] }, reporter: Reporter): void {
  const plain = present(type);
  if (plain.kind === 'list' || (plain.kind === 'record' && plain.name === undefined))
    reporter.report('notAKey', span, { actual: typeWords(type) });
}

function checkKey(
  { name, span }: NameNode,
  record: RecordType | undefined,
  block: EntityBlock,
  reporter: Reporter,
): void {
  const type = record?.fields.get(name);
  if (type !== undefined) demandKey(type, { span }, reporter);
  else if (record !== undefined) {
    const fix = didYouMean(name, record.fields.keys(), span);
    reporter.report('unknownField', span, { record: block.name.name, name }, fix);
  }
}

/** Labels are of fields, states and moves, one for each language. */
function checkLabels(block: EntityBlock, named: readonly NameNode[], reporter: Reporter): void {
  const moves = clausesNamed(block, 'move').map((move) => move.name);
  const known = new Set([...named, ...moves].map(({ name }) => name));
  const seen = new Set<string>();
  for (const { name: node, language, span } of clausesNamed(block, 'label')) {
    const { name } = node;
    if (!known.has(name)) {
      const fix = didYouMean(name, known, node.span);
      reporter.report('unknownField', node.span, { record: block.name.name, name }, fix);
    }
    const clause = ['label', name, ...(language === undefined ? [] : [language])].join(' ');
    if (seen.has(clause)) reporter.report('duplicateClause', span, { clause });
    seen.add(clause);
  }
}

// --- states --------------------------------------------------------------------------------------

function checkStates(block: EntityBlock, reporter: Reporter): readonly NameNode[] {
  const [clause] = clausesNamed(block, 'states');
  if (clause === undefined) return [];
  const states = namedOnce(clause.names, reporter);
  if (states.length < 2 && !block.broken) reporter.report('tooFewStates', clause.span);
  return states;
}

function checkMoves(
  block: EntityBlock,
  states: readonly NameNode[],
  world: World,
  reporter: Reporter,
): readonly CheckedMove[] {
  const taken = new Set<string>();
  const names = new Set(states.map(({ name }) => name));
  const moves = clausesNamed(block, 'move').flatMap((clause): CheckedMove | readonly [] => {
    const { name, span } = clause.name;
    checkRoles(namedOnce(clause.roles, reporter), world, reporter);
    checkWay(clause, names, reporter);
    const facts = world.index.point(`${block.name.name}.${name}`);
    const condition =
      clause.condition &&
      facts &&
      checkCondition(clause.condition, {
        world,
        reporter,
        scope: pointScope(facts, world.index.settings),
      }).checked;
    if (OWN_OPERATIONS.some((own) => own === name))
      reporter.report('reservedName', span, { block: 'entity', name });
    else if (taken.has(name)) reporter.report('duplicateName', span, { name });
    else if (taken.add(name)) return { clause, condition };
    return [];
  });
  const ways = moves.map(({ clause }) => ({
    from: clause.from.map(({ name }) => name),
    to: clause.to.name,
  }));
  if (!block.broken && states.length > 1)
    reportLifeCycle(
      states,
      ways.filter(({ to }) => names.has(to)),
      reporter,
    );
  return moves;
}

function checkWay(move: MoveClause, known: ReadonlySet<string>, reporter: Reporter): void {
  for (const { name, span } of [...namedOnce(move.from, reporter), move.to]) {
    if (known.size > 0 && !known.has(name)) {
      const fix = didYouMean(name, known, span);
      reporter.report('unknownEnumValue', span, { name, values: [...known].join(', ') }, fix);
    }
  }
  const { name, span } = move.to;
  if (move.from.some((from) => from.name === name))
    reporter.report('moveNowhere', span, { name: move.name.name, state: name });
}
