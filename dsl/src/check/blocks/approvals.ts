import type {
  ApprovalBlock,
  ConditionClause,
  Expr,
  OutcomeClause,
  StepsClause,
  TextClause,
} from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import type { RecordType } from '../../types/type.ts';
import type { Binding, BlockSource, Typing, World } from '../context.ts';
import { inferCondition } from '../expression/ask.ts';
import { type ContextOptions, createContext } from '../expression/check-expression.ts';
import { checkClauseCounts } from '../rules/clause-counts.ts';
import { type CheckedActions, checkActions } from './actions.ts';
import { clausesOf } from './automations.ts';
import { durationMs } from './durations.ts';
import { memberScope } from './parts.ts';
import { recordNamed } from './records.ts';
import { checkRoles } from './roles.ts';
import { pointScope, type Stand, standsOf } from './stands.ts';
import { checkTexts } from './texts.ts';
import { demandDifferent, readVotes, rolesWritten, type Votes } from './votes.ts';

/** A step: who has to agree, and when. */
export interface CheckedStage {
  readonly votes: Votes;
  readonly condition: Expr | undefined;
}
/** An approval in one place: at a point, or at a record's state; what its names mean there. */
export interface ApprovalPlace {
  readonly point: string | undefined;
  readonly each: Stand['each'];
  readonly when: Typing | undefined;
  /** Of the conditions of the steps. */
  readonly stages: readonly (Typing | undefined)[];
  readonly texts: ReadonlyMap<Expr, Typing>;
  readonly approved: CheckedActions;
  readonly rejected: CheckedActions;
}
export interface CheckedApproval extends BlockSource<ApprovalBlock> {
  readonly record: RecordType | undefined;
  readonly when: Expr | undefined;
  readonly stages: readonly CheckedStage[];
  readonly own: readonly string[];
  readonly expiresMs: number | undefined;
  readonly texts: readonly TextClause[];
  readonly places: readonly ApprovalPlace[];
}

const NEEDED = { steps: 'steps ROLE then ROLE', 'on|of': 'on POINT` or `of RECORD' };

/** Checks an approval at each of its places. Undefined when it stands nowhere or asks nobody. */
export function checkApproval(
  source: BlockSource<ApprovalBlock>,
  world: World,
): CheckedApproval | undefined {
  const { block, reporter } = source;
  checkClauseCounts(block, NEEDED, ['outcome'], reporter);
  const of = clausesOf(block.clauses);
  const [on, record, steps] = [of('on'), of('of'), of('steps')];
  if (on !== undefined && record !== undefined) reporter.report('approvalPlace', record.span);
  const stages = steps === undefined ? [] : readStages(steps, world, reporter);
  const own = of('own')?.roles ?? [];
  checkRoles(own, world, reporter);
  demandDifferent(own, reporter);
  const expires = of('expires');
  const parts: Parts = {
    when: of('condition')?.condition,
    stages,
    texts: block.clauses.filter(isText),
    ...outcomesOf(block, reporter),
  };
  const type = record && recordNamed(record.record, world, reporter);
  const stands = on === undefined ? [] : standsOf(on, world, reporter);
  const places = [
    ...stands.map((stand) => checkAtPoint(stand, parts, source, world)),
    ...(type === undefined ? [] : [checkAtRecord(type, parts, source, world)]),
  ];
  if (places.length === 0 || steps === undefined) return undefined;
  return {
    ...source,
    record: type,
    when: parts.when,
    stages,
    own: own.map(({ name }) => name),
    expiresMs: expires && durationMs(expires.duration, reporter),
    texts: parts.texts,
    places,
  };
}

const isText = (clause: ApprovalBlock['clauses'][number]): clause is TextClause =>
  clause.kind === 'message' || clause.kind === 'remedy';

function readStages(steps: StepsClause, world: World, reporter: Reporter): readonly CheckedStage[] {
  return steps.stages.map(({ votes, condition }) => {
    checkRoles(rolesWritten(votes), world, reporter);
    return { votes: readVotes(votes, reporter), condition };
  });
}

interface Parts {
  readonly when: ConditionClause['condition'] | undefined;
  readonly stages: readonly CheckedStage[];
  readonly texts: readonly TextClause[];
  readonly approved: OutcomeClause['actions'];
  readonly rejected: OutcomeClause['actions'];
}

/** What is done once it is decided; each outcome has its actions once. */
function outcomesOf(
  block: ApprovalBlock,
  reporter: Reporter,
): Pick<Parts, 'approved' | 'rejected'> {
  const actionsOf = (outcome: OutcomeClause['outcome']): OutcomeClause['actions'] => {
    const [first, second] = block.clauses.filter(
      (clause): clause is OutcomeClause => clause.kind === 'outcome' && clause.outcome === outcome,
    );
    if (second !== undefined)
      reporter.report('duplicateClause', second.span, { clause: `${outcome} do` });
    return first?.actions ?? [];
  };
  return { approved: actionsOf('approved'), rejected: actionsOf('rejected') };
}

function checkAtPoint(
  { point, each, facts }: Stand,
  parts: Parts,
  { reporter }: BlockSource,
  world: World,
): ApprovalPlace {
  const { settings } = world.index;
  const whole: ContextOptions = { world, reporter, scope: pointScope(facts, settings) };
  const scope = pointScope(facts, settings, each);
  const inside = { ...whole, scope, params: each === undefined ? 0 : 1 };
  return { point, each, ...checkParts(parts, inside, whole) };
}

/** The record by its name, and its fields by theirs. */
function checkAtRecord(
  type: RecordType,
  parts: Parts,
  { reporter }: BlockSource,
  world: World,
): ApprovalPlace {
  const name = type.name ?? '';
  const { scope } = memberScope([{ kind: 'input', name, type }]);
  const settings: Binding = { kind: 'input', name: 'settings', type: world.index.settings };
  const options = { world, reporter, scope: scope.set('settings', settings) };
  return { point: undefined, each: undefined, ...checkParts(parts, options, options) };
}

/**
 * @param inside what the conditions see: with `each`, one of the elements
 * @param whole what the texts and the actions see: they are about the operation
 */
function checkParts(
  parts: Parts,
  inside: ContextOptions,
  whole: ContextOptions,
): Omit<ApprovalPlace, 'point' | 'each'> {
  const condition = (expr: Expr | undefined): Typing | undefined => {
    if (expr === undefined) return undefined;
    const context = createContext(inside);
    inferCondition(expr, context);
    return context.typing;
  };
  return {
    when: condition(parts.when),
    stages: parts.stages.map((stage) => condition(stage.condition)),
    texts: checkTexts(parts.texts, whole),
    approved: checkActions(parts.approved, whole),
    rejected: checkActions(parts.rejected, whole),
  };
}
