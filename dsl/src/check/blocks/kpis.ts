import type {
  ConditionClause,
  Expr,
  KpiBlock,
  OverClause,
  ResultClause,
  TextClause,
} from '../../language/ast.ts';
import { BOOL, mayBeMissing, present, type Type, typeWords } from '../../types/type.ts';
import { callOrder } from '../call-order.ts';
import { brokenSignature, type Step, usesAmong } from '../callables.ts';
import type { BlockSource, Context, Typing, World } from '../context.ts';
import { inferCondition } from '../expression/ask.ts';
import { checkAgainst, readType } from '../expression/check-expression.ts';
import { knowing } from '../expression/flow.ts';
import { checkClauseCounts } from '../rules/clause-counts.ts';
import { demandPresent } from '../rules/guarded-missing.ts';
import { reportLookAlikes } from '../rules/look-alikes.ts';
import { declaredResult, dropLiteral } from './formulas.ts';
import { type CheckedGrain, checkGrain, grainBindings, pathExpr } from './grain.ts';
import { type CheckedFigures, memberScope, Parts } from './parts.ts';
import { checkTexts } from './texts.ts';

export interface CheckedKpi extends BlockSource<KpiBlock>, CheckedFigures {
  readonly grain: readonly CheckedGrain[];
  /** The date or instant that puts a row into a period. */
  readonly over: { readonly expr: Expr; readonly typing: Typing; readonly type: Type } | undefined;
  /** The results in the order they are written. */
  readonly results: readonly string[];
  readonly texts: readonly TextClause[];
  readonly textTypings: ReadonlyMap<Expr, Typing>;
}

/** Does the record count as a row? Every KPI has this besides its results. */
export const INCLUDED = 'included';

const NEEDED = { result: 'result NAME: TYPE = …' };

/** Checks a KPI: its records, its steps, and that what may be missing is declared so. */
export function checkKpi(source: BlockSource<KpiBlock>, world: World): CheckedKpi | undefined {
  const { block, reporter } = source;
  checkClauseCounts(block, NEEDED, ['let', 'result'], reporter);
  const grain = checkGrain(block.grain, world, reporter);
  const texts = block.clauses.filter((clause): clause is TextClause => clause.kind === 'message');
  const shared = { ...source, texts };
  if (grain === undefined) {
    const signature = brokenSignature(block);
    return {
      ...shared,
      signature,
      parts: [],
      grain: [],
      over: undefined,
      results: [],
      textTypings: new Map(),
    };
  }
  const { scope, ambiguous } = memberScope(grainBindings(grain));
  scope.set('settings', { kind: 'input', name: 'settings', type: world.index.settings });
  const params = grain.map(({ name, type }) => ({ name, type }));
  const parts = new Parts(block.name, params, scope, world, reporter, ambiguous);
  const steps = stepsOf(source, new Set([...params.map(({ name }) => name), 'settings']));
  addSteps(steps, parts, source, world);
  reportLookAlikes(
    steps.map(({ name }) => name),
    reporter,
  );
  const where = block.clauses.find((c): c is ConditionClause => c.kind === 'condition')?.condition;
  const counted: Expr = where ?? { kind: 'bool', value: true, span: block.name.span };
  const judge = (context: Context): Type => {
    inferCondition(counted, context);
    return BOOL;
  };
  const overClause = block.clauses.find((c): c is OverClause => c.kind === 'over');
  const over = overClause && checkOver(overClause, where, parts);
  parts.add(INCLUDED, counted, judge, { derived: where === undefined });
  const results = steps.filter((step) => step.kind === 'result').map((step) => step.name.name);
  const options = { world, reporter, scope: parts.scope, params: params.length };
  return {
    ...shared,
    signature: parts.signature([INCLUDED, ...results]),
    parts: parts.list,
    grain,
    over,
    results,
    textTypings: checkTexts(texts, options),
  };
}

/** The steps with names of their own. @param taken the names that are not free */
function stepsOf({ block, reporter }: BlockSource<KpiBlock>, taken: Set<string>): readonly Step[] {
  return block.clauses.filter((clause): clause is Step => {
    if (clause.kind !== 'let' && clause.kind !== 'result') return false;
    const { name, span } = clause.name;
    if (name === INCLUDED) reporter.report('reservedName', span, { block: 'kpi', name });
    else if (taken.has(name)) reporter.report('duplicateName', span, { name });
    else {
      taken.add(name);
      return true;
    }
    return false;
  });
}

/** Steps may stand in any order; each is checked after those it uses. */
function addSteps(
  steps: readonly Step[],
  parts: Parts,
  { reporter }: BlockSource,
  world: World,
): void {
  const byName = new Map(steps.map((step) => [step.name.name, step]));
  const usesOf = usesAmong(steps);
  const { order, circular, circles } = callOrder([...byName.keys()], usesOf);
  for (const name of circular) parts.declare(name);
  for (const way of circles) {
    const [name = ''] = way;
    const span = byName.get(name)?.name.span;
    if (span !== undefined) reporter.report('recursion', span, { name, path: way.join(' → ') });
  }
  for (const name of order) {
    const step = byName.get(name);
    if (step === undefined || circular.has(name)) continue;
    const declared = step.type && readType(step.type.text, step.type.span, world.index, reporter);
    parts.add(name, step.value, (context) => {
      if (declared === undefined) return dropLiteral(context.infer(step.value, context));
      return step.kind === 'let'
        ? declaredResult(declared, checkAgainst(step.value, declared, name, context))
        : checkResult(step, declared, context);
    });
  }
}

/**
 * A result that is declared as `T?` may come out as nothing, so no guard is asked for in it: a row
 * without it is listed as not computed. One that is declared as `T` has a value in every row.
 */
function checkResult(step: ResultClause, declared: Type, context: Context): Type {
  const { name } = step.name;
  if (mayBeMissing(declared)) {
    const free = { ...context, demandGuards: false };
    return declaredResult(declared, checkAgainst(step.value, declared, name, free));
  }
  const found = context.infer(step.value, context, declared);
  if (!mayBeMissing(found))
    return declaredResult(declared, checkAgainst(step.value, declared, name, context));
  const at = { start: step.type.span.end, end: step.type.span.end };
  const words = { name, type: typeWords(declared) };
  const fix = { title: `declare \`${step.type.text}?\``, span: at, text: '?' };
  context.reporter.report('resultMissing', step.value.span, words, fix);
  return declared;
}

/** The moment of a row: a date or an instant that every row has. */
function checkOver(clause: OverClause, where: Expr | undefined, parts: Parts): CheckedKpi['over'] {
  const expr = pathExpr(clause.path);
  const { result: type, typing } = parts.check((context) => {
    const known = where === undefined ? context : knowing(where, true, context);
    const found = present(demandPresent(expr, known.infer(expr, known), known));
    if (found.kind !== 'date' && found.kind !== 'instant' && found.kind !== 'unknown') {
      const words = { expected: 'a date or an instant', actual: typeWords(found) };
      context.reporter.report('wrongType', expr.span, words);
    }
    return found;
  });
  return { expr, typing, type };
}
