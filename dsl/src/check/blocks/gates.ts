import type {
  Expr,
  GateBlock,
  ModeClause,
  RecordNode,
  ReleaseClause,
  TextClause,
} from '../../language/ast.ts';
import { childrenOf } from '../../language/visit.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import { present } from '../../types/type.ts';
import type { Binding, BlockSource, Scope, Typing, World } from '../context.ts';
import { inferCondition } from '../expression/ask.ts';
import { createContext } from '../expression/check-expression.ts';
import { infer } from '../expression/infer.ts';
import { checkClauses } from '../rules/clauses.ts';
import { namedOnce, once } from '../rules/named-once.ts';
import { checkRoles } from './roles.ts';
import { pointScope, type Stand, standsOf } from './stands.ts';

/** A gate at one point: what its names mean there. */
export interface GatePoint {
  readonly point: string;
  readonly each: Stand['each'];
  readonly typing: Typing;
  readonly until: Typing | undefined;
  readonly texts: ReadonlyMap<Expr, Typing>;
}

export interface CheckedGate extends BlockSource<GateBlock> {
  readonly mode: ModeClause;
  readonly release: ReleaseClause | undefined;
  readonly texts: readonly TextClause[];
  /** Figures that the answer carries. */
  readonly figures: RecordNode['fields'];
  readonly points: readonly GatePoint[];
}

const clauseOf = <K extends GateBlock['clauses'][number]['kind']>(block: GateBlock, kind: K) =>
  block.clauses.find(
    (c): c is Extract<GateBlock['clauses'][number], { kind: K }> => c.kind === kind,
  );

/** Checks a gate at each of its points. Undefined when it stands nowhere or judges nothing. */
export function checkGate(source: BlockSource<GateBlock>, world: World): CheckedGate | undefined {
  const { block, reporter, module } = source;
  checkClauses(block, reporter);
  const on = clauseOf(block, 'on');
  const mode = clauseOf(block, 'mode');
  const release = clauseOf(block, 'release');
  if (on === undefined || mode === undefined) return undefined;
  checkRoles(namedOnce(release?.roles ?? [], reporter), world, reporter);
  const texts = block.clauses.filter(
    (c): c is TextClause => c.kind === 'message' || c.kind === 'remedy',
  );
  const written = clauseOf(block, 'answer')?.figures?.fields ?? [];
  const figures = once(
    written,
    ({ name }) => name,
    ({ nameSpan }) => nameSpan,
    reporter,
    'duplicateName',
  );
  const points = standsOf(on, world, reporter).map((stand) =>
    checkPoint(stand, { mode, release, texts, figures }, reporter, world),
  );
  return { block, reporter, module, mode, release, texts, figures, points };
}

interface Parts {
  readonly mode: ModeClause;
  readonly release: ReleaseClause | undefined;
  readonly texts: readonly TextClause[];
  readonly figures: RecordNode['fields'];
}

function checkPoint(
  { point, each, facts }: Stand,
  parts: Parts,
  reporter: Reporter,
  world: World,
): GatePoint {
  const scope = pointScope(facts, world.index.settings, each);
  checkTarget(parts.mode, scope, point, reporter);
  // One typing for all expressions at a point: most of them are short.
  const condition = createContext({ world, reporter, scope, params: each === undefined ? 0 : 1 });
  const { typing } = condition;
  inferCondition(parts.mode.condition, condition);
  const texts = new Map<Expr, Typing>();
  // A message shows "—" for what is missing, and a figure is then null: nothing needs a guard here.
  const inText = { ...condition, demandGuards: false };
  const check = (part: string | Expr): void => {
    if (typeof part === 'string') return;
    infer(part, inText);
    texts.set(part, typing);
  };
  for (const { template } of parts.texts) for (const part of template.parts) check(part);
  for (const { value } of parts.figures) check(value);
  const until = checkUntil(parts, facts, reporter, world);
  return { point, each, typing, until, texts };
}

function checkTarget(mode: ModeClause, scope: Scope, point: string, reporter: Reporter): void {
  if (mode.target === undefined) return;
  const { name, span } = mode.target;
  const binding = scope.get(name);
  const isRecord =
    binding !== undefined && binding.kind !== 'enum' && present(binding.type).kind === 'record';
  if (!isRecord)
    reporter.report('unknownTarget', span, { name, point }, didYouMean(name, scope.keys(), span));
}

/**
 * `until` judges the object, not an element of `each`. In it, `released` is the paused or held
 * record as it was when the gate was released.
 */
function checkUntil(
  parts: Parts,
  facts: Stand['facts'],
  reporter: Reporter,
  world: World,
): Typing | undefined {
  const until = parts.release?.until;
  if (until === undefined) return undefined;
  const scope = pointScope(facts, world.index.settings);
  const target = parts.mode.target && scope.get(parts.mode.target.name);
  const inside = new Map<string, Binding>(scope);
  if (target !== undefined && target.kind !== 'enum') {
    inside.set('released', { kind: 'input', name: 'released', type: target.type });
  } else {
    inside.set('released', { kind: 'input', name: 'released', type: { kind: 'unknown' } });
    if (namesReleased(until)) reporter.report('releasedNowhere', until.span);
  }
  const context = createContext({ world, reporter, scope: inside });
  inferCondition(until, context);
  return context.typing;
}

function namesReleased(expr: Expr): boolean {
  if (expr.kind === 'name') return expr.name === 'released';
  return childrenOf(expr).some(namesReleased);
}
