import type {
  ButtonClause,
  ListClause,
  NameNode,
  PathNode,
  ScreenBlock,
  ScreenClause,
  SourceClause,
} from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import {
  calledName,
  present,
  type RecordType,
  type Type,
  typeWords,
  UNKNOWN,
} from '../../types/type.ts';
import type { Binding, BlockSource, InputBinding, LocalBinding, World } from '../context.ts';
import { type ContextOptions, createContext, inputScope } from '../expression/check-expression.ts';
import { infer } from '../expression/infer.ts';
import { checkClauseCounts } from '../rules/clause-counts.ts';
import { namedOnce } from '../rules/named-once.ts';
import { clausesNamed } from './clauses-named.ts';
import { pathExpr } from './grain.ts';
import { memberScope } from './parts.ts';
import { recordNamed } from './records.ts';
import { checkRoles } from './roles.ts';
import { type CheckedExpr, checkCondition } from './triggers.ts';

/**
 * Where a list's path begins: at the record or the operation that is shown, at a fact that can be
 * asked at any time, or at another record, that to which the one that is shown belongs.
 */
export type ListRoot = 'shown' | 'fact' | 'owner';

export interface CheckedList {
  readonly clause: ListClause;
  readonly root: ListRoot;
  readonly element: Type;
  /** Asked of a row, which is local 0. */
  readonly where: CheckedExpr | undefined;
}
export interface CheckedButton {
  readonly clause: ButtonClause;
  readonly condition: CheckedExpr | undefined;
}
export interface CheckedScreen extends BlockSource<ScreenBlock> {
  readonly subject: Subject;
  readonly lists: readonly CheckedList[];
  readonly buttons: readonly CheckedButton[];
}

/** What a screen shows. */
export interface Subject {
  readonly kind: 'record' | 'operation';
  readonly name: string;
  /** What conditions read: the record by its name, or the facts of the operation. */
  readonly facts: ReadonlyMap<string, Type>;
  /** The record whose fields stand for themselves: the one that is shown, or the input. */
  readonly open: InputBinding | undefined;
  /** What can be shown. */
  readonly fields: ReadonlyMap<string, Type>;
}

const NEEDED = {
  'record|operation': 'record NAME` or `operation PATH',
  'show|fields|list|button': 'fields NAME, NAME',
};
const MANY = ['record', 'operation', 'show', 'fields', 'list', 'button', 'filter'] as const;

/** Checks a screen. Undefined when it is not known what it shows. */
export function checkScreen(
  source: BlockSource<ScreenBlock>,
  world: World,
): CheckedScreen | undefined {
  const { block, reporter } = source;
  checkClauseCounts(block, NEEDED, MANY, reporter);
  checkRoles(namedOnce(block.roles, reporter), world, reporter);
  const subject = subjectOf(block, world, reporter);
  if (subject === undefined) return undefined;
  for (const kind of ['show', 'fields', 'filter'] as const) {
    const names = clausesNamed(block, kind).flatMap((clause) => clause.names);
    for (const name of namedOnce(names, reporter))
      fieldNamed(name, subject.fields, subject.name, reporter);
  }
  const lists = clausesNamed(block, 'list').flatMap(
    (clause) => checkList(clause, subject, world, reporter) ?? [],
  );
  return { ...source, subject, lists, buttons: checkButtons(block, subject, world, reporter) };
}

const input = (name: string, type: Type): InputBinding => ({ kind: 'input', name, type });

// --- what is shown -------------------------------------------------------------------------------

function subjectOf(block: ScreenBlock, world: World, reporter: Reporter): Subject | undefined {
  const isSource = (clause: ScreenClause): clause is SourceClause =>
    clause.kind === 'record' || clause.kind === 'operation';
  const [first, second] = block.clauses.filter(isSource);
  if (second !== undefined) {
    if (first?.kind === second.kind)
      reporter.report('duplicateClause', second.span, { clause: second.kind });
    else reporter.report('screenSource', second.span);
  }
  const shown = first?.kind === 'record' ? recordShown : operationShown;
  return first && shown(first.path, world, reporter);
}

function recordShown(path: PathNode, world: World, reporter: Reporter): Subject | undefined {
  const { text: name, span } = path;
  const type = recordNamed({ kind: 'name', name, quoted: false, span }, world, reporter);
  if (type === undefined) return undefined;
  const facts = new Map([[name, type]]);
  return { kind: 'record', name, facts, open: input(name, type), fields: type.fields };
}

/** An operation shows what is put into it, and its facts. */
function operationShown(path: PathNode, world: World, reporter: Reporter): Subject | undefined {
  const name = path.text;
  const params = world.index.action(name)?.params ?? new Map<string, Type>();
  const made: RecordType = { kind: 'record', name: undefined, fields: params };
  const facts = world.index.point(name) ?? new Map([['input', made]]);
  if (!checkOperation(path, world, reporter)) return undefined;
  const given = present(facts.get('input') ?? UNKNOWN);
  if (given.kind !== 'record')
    return { kind: 'operation', name, facts, open: undefined, fields: facts };
  const fields = new Map([...facts, ...given.fields]);
  if (!given.fields.has('input')) fields.delete('input');
  return { kind: 'operation', name, facts, open: input('input', given), fields };
}

function checkOperation({ text, span }: PathNode, world: World, reporter: Reporter): boolean {
  const { index } = world;
  if ((index.point(text) ?? index.action(text)) !== undefined) return true;
  const known = [...index.names('point'), ...index.names('action')];
  reporter.report('unknownPoint', span, { name: text }, didYouMean(text, known, span));
  return false;
}

function fieldNamed(
  { name, span }: NameNode,
  fields: ReadonlyMap<string, Type>,
  record: string,
  reporter: Reporter,
): Type | undefined {
  const type = fields.get(name);
  if (type === undefined)
    reporter.report('unknownField', span, { record, name }, didYouMean(name, fields.keys(), span));
  return type;
}

// --- conditions ----------------------------------------------------------------------------------

/** Names: facts of any time, settings, fields that stand for themselves, and what is shown. */
function optionsIn(
  { facts }: Subject,
  open: InputBinding | LocalBinding | undefined,
  world: World,
  reporter: Reporter,
): ContextOptions {
  const { index } = world;
  const fields = open === undefined ? [] : [...memberScope([open]).scope];
  const scope = new Map<string, Binding>([
    ...inputScope(index.facts),
    ['settings', input('settings', index.settings)],
    ...inputScope(facts),
    ...fields.filter(([, binding]) => binding.kind === 'member'),
  ]);
  return { world, reporter, scope, params: open?.kind === 'local' ? 1 : 0 };
}

function checkButtons(
  block: ScreenBlock,
  subject: Subject,
  world: World,
  reporter: Reporter,
): readonly CheckedButton[] {
  const seen = new Set<string>();
  return clausesNamed(block, 'button').map((clause) => {
    const { text, span } = clause.path;
    if (seen.has(text)) reporter.report('namedTwice', span, { name: text });
    seen.add(text);
    checkOperation(clause.path, world, reporter);
    const options = optionsIn(subject, subject.open, world, reporter);
    return {
      clause,
      condition: clause.condition && checkCondition(clause.condition, options).checked,
    };
  });
}

function checkList(
  clause: ListClause,
  subject: Subject,
  world: World,
  reporter: Reporter,
): CheckedList | undefined {
  const { path, where, columns, sort } = clause;
  const found = listAt(path, subject, world, reporter);
  if (found === undefined) return undefined;
  const { element } = found;
  const isRecord = element.kind === 'record';
  const fields = isRecord ? element.fields : new Map<string, Type>();
  const owner = (isRecord && calledName(element)) || path.text;
  const [first] = columns;
  if (!isRecord && first !== undefined)
    reporter.report('notARecord', first.span, { actual: typeWords(element) });
  else
    for (const column of namedOnce(columns, reporter)) fieldNamed(column, fields, owner, reporter);
  const order = sort && fieldNamed(sort.by, fields, owner, reporter);
  if (sort !== undefined && order !== undefined && ['list', 'record'].includes(present(order).kind))
    reporter.report('notAKey', sort.by.span, { actual: typeWords(order) });
  const row: LocalBinding = { kind: 'local', name: 'row', slot: 0, type: element };
  const asked = where && checkCondition(where, optionsIn(subject, row, world, reporter));
  return { clause, ...found, where: asked?.checked };
}

/** The list a path leads to, and what is in it. */
function listAt(
  path: PathNode,
  subject: Subject,
  world: World,
  reporter: Reporter,
): Pick<CheckedList, 'root' | 'element'> | undefined {
  const options = optionsIn(subject, subject.open, world, reporter);
  const name = path.parts[0]?.name ?? '';
  const begins = options.scope.get(name);
  const scope = new Map(options.scope);
  let root: ListRoot = begins?.kind === 'member' || subject.facts.has(name) ? 'shown' : 'fact';
  const owner = begins === undefined ? ownerNamed(name, subject, world) : undefined;
  if (owner !== undefined) {
    root = 'owner';
    scope.set(name, input(name, owner));
  }
  const expr = pathExpr(path);
  // Where something on the way is missing, there is nothing to list.
  const type = present(infer(expr, createContext({ ...options, scope, demandGuards: false })));
  if (type.kind === 'list') return { root, element: present(type.of) };
  if (type.kind !== 'unknown') reporter.report('notAList', path.span, { actual: typeWords(type) });
  return undefined;
}

/** A record with a field that holds the one that is shown. */
function ownerNamed(name: string, subject: Subject, world: World): RecordType | undefined {
  const record = subject.kind === 'record' ? world.index.record(name) : undefined;
  const holds = [...(record?.fields.values() ?? [])].some((type) => {
    const plain = present(type);
    const held = plain.kind === 'list' ? present(plain.of) : plain;
    return held.kind === 'record' && held.name === subject.name;
  });
  return holds ? record : undefined;
}
