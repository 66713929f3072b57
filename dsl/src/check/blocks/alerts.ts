import type {
  AlertBlock,
  Expr,
  FigureClause,
  NameNode,
  NotifyClause,
  TextClause,
} from '../../language/ast.ts';
import type { Reporter } from '../../source/diagnostic.ts';
import { didYouMean } from '../../source/suggest.ts';
import type { BlockSource, Typing, World } from '../context.ts';
import { type ContextOptions, createContext } from '../expression/check-expression.ts';
import { infer } from '../expression/infer.ts';
import { checkClauseCounts } from '../rules/clause-counts.ts';
import { namedOnce } from '../rules/named-once.ts';
import { clausesOf, conditionOf } from './automations.ts';
import { durationMs } from './durations.ts';
import { checkRoles } from './roles.ts';
import { checkTexts } from './texts.ts';
import {
  type CheckedExpr,
  type CheckedTrigger,
  checkCondition,
  checkKey,
  checkTrigger,
  flowOptions,
} from './triggers.ts';

export const SEVERITIES = ['P1', 'P2', 'P3'] as const;
export type AlertSeverity = (typeof SEVERITIES)[number];

export interface CheckedRecipients {
  readonly roles: readonly string[];
  /** None: all channels that the plant has. */
  readonly channels: readonly string[];
  readonly afterMs: number;
}
export interface CheckedAlert extends BlockSource<AlertBlock> {
  readonly severity: AlertSeverity;
  readonly trigger: CheckedTrigger;
  readonly condition: CheckedExpr | undefined;
  readonly recipients: readonly CheckedRecipients[];
  readonly value: CheckedExpr | undefined;
  readonly threshold: CheckedExpr | undefined;
  readonly group: CheckedExpr | undefined;
  readonly clear: CheckedExpr | undefined;
  readonly repeatMs: number;
  readonly texts: readonly TextClause[];
  readonly textTypings: ReadonlyMap<Expr, Typing>;
}

const NEEDED = {
  severity: 'severity P1',
  trigger: 'when …',
  notify: 'notify ROLE via CHANNEL',
};

/** Checks an alert. Undefined when nothing raises it. */
export function checkAlert(
  source: BlockSource<AlertBlock>,
  world: World,
): CheckedAlert | undefined {
  const { block, reporter } = source;
  checkClauseCounts(block, NEEDED, ['notify'], reporter);
  const of = clausesOf(block.clauses);
  const options = flowOptions(source, world);
  const severity = severityOf(of('severity')?.level, reporter);
  const clause = of('trigger');
  const raised = clause && checkTrigger(clause, options);
  const behind = raised?.then ?? options;
  const asked = conditionOf(clause?.condition, of('condition'), reporter);
  const condition = asked && checkCondition(asked, behind);
  const then = condition?.then ?? behind;
  const notify = block.clauses.filter((c): c is NotifyClause => c.kind === 'notify');
  const recipients = notify.map((one) => recipientsOf(one, world, reporter));
  const texts = block.clauses.filter((c): c is TextClause => c.kind === 'message');
  const clear = of('clear');
  const group = of('group');
  const repeat = of('repeat');
  const parts = {
    recipients,
    value: figureOf('value', block, then),
    threshold: figureOf('threshold', block, then),
    group: group && checkKey(group.key, behind),
    clear: clear && checkCondition(clear.condition, behind).checked,
    repeatMs: repeat === undefined ? 0 : durationMs(repeat.duration, reporter),
    texts,
    textTypings: checkTexts(texts, then),
  };
  const trigger = raised?.trigger;
  if (trigger === undefined || severity === undefined) return undefined;
  return { ...source, severity, trigger, condition: condition?.checked, ...parts };
}

function severityOf(level: NameNode | undefined, reporter: Reporter): AlertSeverity | undefined {
  if (level === undefined) return undefined;
  const found = SEVERITIES.find((severity) => severity === level.name);
  if (found === undefined) reporter.report('unknownSeverity', level.span, { name: level.name });
  return found;
}

function recipientsOf(
  { roles, channels, after }: NotifyClause,
  world: World,
  reporter: Reporter,
): CheckedRecipients {
  const { catalog } = world.index;
  checkRoles(namedOnce(roles, reporter), world, reporter);
  const known = Object.keys(catalog.channels ?? {});
  for (const { name, span } of namedOnce(channels, reporter)) {
    if (!known.includes(name))
      reporter.report('unknownChannel', span, { name }, didYouMean(name, known, span));
  }
  return {
    roles: roles.map(({ name }) => name),
    channels: channels.map(({ name }) => name),
    afterMs: after === undefined ? 0 : durationMs(after, reporter),
  };
}

/** A figure that cannot be computed is shown as "—", so it needs no guards. */
function figureOf(
  kind: FigureClause['kind'],
  { clauses }: AlertBlock,
  options: ContextOptions,
): CheckedExpr | undefined {
  const clause = clauses.find((one): one is FigureClause => one.kind === kind);
  if (clause === undefined) return undefined;
  const expr = clause.value;
  const context = createContext({ ...options, demandGuards: false });
  infer(expr, context);
  return { expr, typing: context.typing };
}
