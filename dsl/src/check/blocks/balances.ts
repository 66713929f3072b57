import type {
  BalanceBlock,
  BinaryNode,
  Expr,
  NameNode,
  TermClause,
  TextClause,
  ToleranceClause,
} from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { LIMITS, reportTooMany } from '../../source/limits.ts';
import type { Span } from '../../source/text.ts';
import {
  NUMBER_TYPE,
  type QuantityType,
  quantity,
  type Type,
  typeWords,
  UNKNOWN,
} from '../../types/type.ts';
import { isCurrency, missingFactor, type Unit } from '../../types/units.ts';
import { brokenSignature } from '../callables.ts';
import type { Binding, BlockSource, Context, Typing, World } from '../context.ts';
import { inferAs } from '../expression/ask.ts';
import { isDegree } from '../expression/operators.ts';
import { checkClauseCounts } from '../rules/clause-counts.ts';
import { reportLookAlikes } from '../rules/look-alikes.ts';
import { type CheckedFigures, Parts } from './parts.ts';
import { recordNamed } from './records.ts';
import { checkTexts } from './texts.ts';

export interface CheckedBalance extends BlockSource<BalanceBlock>, CheckedFigures {
  readonly terms: readonly TermClause[];
  readonly texts: readonly TextClause[];
  readonly textTypings: ReadonlyMap<Expr, Typing>;
}

/** What every balance has besides its terms. */
export const BALANCE_FIGURES = ['expected', 'rest', 'delta', 'limit', 'within'] as const;
const RESERVED: ReadonlySet<string> = new Set(BALANCE_FIGURES);

const NEEDED = { tolerance: 'tolerance …' };

/**
 * Checks a balance: its terms and its tolerance have one dimension, and from them come
 * `expected = in − out`, `rest`, `delta = |expected − rest|`, `limit` and `within = delta ≤ limit`.
 */
export function checkBalance(source: BlockSource<BalanceBlock>, world: World): CheckedBalance {
  const { block, reporter } = source;
  checkClauseCounts(block, NEEDED, ['term'], reporter);
  const terms = termsOf(block, reporter);
  reportLookAlikes(
    terms.map(({ name }) => name),
    reporter,
  );
  const texts = block.clauses.filter((clause): clause is TextClause => clause.kind === 'message');
  const broken: CheckedBalance = {
    ...source,
    signature: brokenSignature(block),
    parts: [],
    terms,
    texts,
    textTypings: new Map(),
  };
  const record = recordNamed(block.record, world, reporter);
  if (record === undefined) return broken;
  const params = [{ name: block.record.name, type: record }];
  const base = new Map<string, Binding>([
    ['settings', { kind: 'input', name: 'settings', type: world.index.settings }],
    [block.record.name, { kind: 'local', name: block.record.name, slot: 0, type: record }],
  ]);
  const parts = new Parts(block.name, params, base, world, reporter);
  const measure = new Measure();
  // A term sees the record; the tolerance and the texts see the terms as well.
  for (const { name, value } of terms)
    parts.add(name.name, value, (context) => measure.demand(name.name, value, context), {
      scope: base,
    });
  const tolerance = block.clauses.find((c): c is ToleranceClause => c.kind === 'tolerance');
  if (tolerance !== undefined) {
    const { value } = tolerance;
    parts.add('limit', value, (context) => measure.demand('tolerance', value, context));
  }
  const { first } = measure;
  const hasSides = SIDES.every((side) => terms.some((term) => term.side === side));
  const sound = tolerance !== undefined && hasSides && !measure.broken;
  if (!sound || first === undefined) return broken;
  addFigures(parts, terms, first.type.unit, block.name.span);
  const names = [...BALANCE_FIGURES, ...terms.map(({ name }) => name.name)];
  const options = { world, reporter, scope: parts.scope, params: params.length };
  return {
    ...broken,
    signature: parts.signature(names),
    parts: parts.list,
    textTypings: checkTexts(texts, options),
  };
}

const SIDES = ['in', 'out'] as const;

/** The terms with names of their own; there is something that goes in and something that comes out. */
function termsOf(block: BalanceBlock, reporter: Reporter): readonly TermClause[] {
  const written = block.clauses.filter((clause): clause is TermClause => clause.kind === 'term');
  for (const side of SIDES) {
    if (block.broken || written.some((term) => term.side === side)) continue;
    const clause = `${side} NAME = …`;
    reporter.report('missingClause', block.name.span, { block: 'balance', clause });
  }
  const surplus = written[LIMITS.terms];
  if (surplus !== undefined) reportTooMany('terms', surplus.span, reporter);
  const seen = new Set<string>(['settings', block.record.name]);
  return written.slice(0, LIMITS.terms).filter(({ name: { name, span } }) => {
    if (RESERVED.has(name)) reporter.report('reservedName', span, { block: 'balance', name });
    else if (seen.has(name)) reporter.report('duplicateName', span, { name });
    else {
      seen.add(name);
      return true;
    }
    return false;
  });
}

/** Asks that all terms, and the tolerance, have the dimension of the first. */
class Measure {
  first: { readonly name: string; readonly type: QuantityType } | undefined;
  broken = false;

  demand(name: string, value: Expr, context: Context): Type {
    const type = inferAs(value, context, NUMBER_TYPE);
    const found = type.kind === 'quantity' && this.#fits(name, type, value, context);
    if (!found && type.kind !== 'quantity' && type.kind !== 'unknown') {
      const words = { expected: 'a number or a quantity', actual: typeWords(type) };
      context.reporter.report('wrongType', value.span, words);
    }
    this.broken ||= !found;
    return found ? quantity(type.unit, type.resolution, type.literal) : UNKNOWN;
  }

  #fits(name: string, type: QuantityType, value: Expr, context: Context): boolean {
    if (isDegree(type)) {
      context.reporter.report('temperature', value.span);
      return false;
    }
    this.first ??= { name, type };
    if (this.first.type.dimension === type.dimension) return true;
    context.reporter.report('balanceUnits', value.span, {
      name,
      first: this.first.name,
      actual: typeWords(type),
      expected: typeWords(this.first.type),
      factor: factorBetween(this.first.type.unit, type.unit),
    });
    return false;
  }
}

/** What the second would have to be multiplied by to be in the first, in words. */
function factorBetween(first: Unit, second: Unit): string {
  if (isCurrency(first.dimension) && isCurrency(second.dimension))
    return `a rate in \`${first.text}/${second.text}\``;
  if (second.dimension === '%') return 'what it is a share of (`p of x`)';
  const { side, unit } = missingFactor(first, second);
  return side === 'right' ? `a factor in \`${unit}\`` : `a divisor in \`${unit}\``;
}

/** The figures as a technologist would write them, out of the terms. */
function addFigures(parts: Parts, terms: readonly TermClause[], unit: Unit, span: Span): void {
  const name = (of: string): NameNode => ({ kind: 'name', name: of, quoted: true, span });
  const join = (op: '+' | '-', left: Expr, right: Expr): BinaryNode => ({
    kind: 'binary',
    op,
    opSpan: span,
    left,
    right,
    span,
  });
  const namesOf = (side: TermClause['side']): readonly Expr[] =>
    terms.filter((term) => term.side === side).map((term) => name(term.name.name));
  const sum = (first: Expr, rest: readonly Expr[], op: '+' | '-'): Expr =>
    rest.reduce((left, right) => join(op, left, right), first);
  const derive = (figure: string, value: Expr): void =>
    parts.add(figure, value, (context) => context.infer(value, context), { derived: true });

  const [fed, ...more] = namesOf('in') as readonly [Expr, ...Expr[]];
  derive('expected', sum(sum(fed, more, '+'), namesOf('out'), '-'));
  const zero: Expr = {
    kind: 'number',
    value: 0,
    unit: unit.text === '' ? undefined : { text: unit.text, span },
    span,
  };
  const [left = zero, ...others] = namesOf('rest');
  derive('rest', sum(left, others, '+'));
  const difference = join('-', name('expected'), name('rest'));
  derive('delta', { kind: 'call', name: 'abs', nameSpan: span, args: [difference], span });
  const operands = [name('delta'), name('limit')];
  derive('within', { kind: 'compare', operands, ops: ['<='], span });
}
