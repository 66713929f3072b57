import type { CompiledApproval, CompiledGate } from '@qoida/dsl';
import { type Needed, neededAt, pointOf } from '../approvals/needed.ts';
import { canonicalJson } from '../data/canonical.ts';
import { type DecidedApproval, type GateOutcome, rejudge, verdictOf } from '../rules/outcome.ts';
import type { ItemKind } from './task.ts';
import { cutShort, unrecorded } from './unrecorded.ts';

type Facts = Readonly<Record<string, unknown>>;
type Verdict = 'allowed' | 'refused' | 'warned';
/** Who has to agree, and by which rules. */
export type Waits = Extract<DecidedApproval, { waits: unknown }>['waits'];

/** The rules that stand at a point: of an operation, or of the state of a record. */
export interface RulesAt {
  readonly gates: readonly CompiledGate[];
  readonly approvals: readonly CompiledApproval[];
}

/** What was kept of a decision. */
export interface KeptDecision {
  readonly point: string;
  readonly verdict: Verdict;
  readonly failed: readonly string[];
  readonly facts: Facts;
  readonly outcome: readonly GateOutcome[] | null;
  readonly cut: readonly string[];
  readonly approval: DecidedApproval | null;
}

/** How a kept decision comes out by other rules. */
export interface Judged {
  /** What the gates say; undefined: what they would need was not kept. */
  readonly verdict: Verdict | undefined;
  readonly outcome: readonly GateOutcome[];
  /** Who has to agree, where the gates let it through: null for nobody, undefined where it can't be told. */
  readonly waits: Waits | null | undefined;
  /** Gates and approvals that read what was not kept. */
  readonly untold: readonly { readonly gate: string; readonly names: readonly string[] }[];
}

export interface JudgeBy {
  readonly env: Parameters<typeof rejudge>[1]['env'] & { readonly zone: string };
  readonly acceptsFirst: boolean;
  /** Paths that count as kept though they are not there. */
  readonly known: ReadonlySet<string>;
}

/** Takes a kept decision by other rules; what they would have to guess is told instead. */
export function judgeKept({ gates, approvals }: RulesAt, row: KeptDecision, by: JudgeBy): Judged {
  const { env, acceptsFirst } = by;
  const [asked, blind] = told(gates, row, by);
  const outcome = rejudge(asked, {
    point: row.point,
    facts: row.facts,
    env,
    kept: row.outcome ?? [],
    acceptsFirst,
  }).map((hit) => hit.outcome);
  const reached = verdictOf(outcome);
  const open = reached !== 'refused' && blind.some(({ rule }) => rule.mode.kind !== 'warn');
  const untold = blind.map(({ rule, names }) => ({ gate: rule.name, names }));
  const verdict = open ? undefined : reached;
  // Gates come first: what they refuse does not wait, and what was agreed to is not asked for again.
  if (verdict === undefined || verdict === 'refused' || isApproved(row))
    return { verdict, outcome, waits: null, untold };
  const { waits, untold: more } = waitsAt(approvals, row, by);
  return { verdict, outcome, waits, untold: [...untold, ...more] };
}

function waitsAt(
  approvals: readonly CompiledApproval[],
  row: KeptDecision,
  by: JudgeBy,
): Pick<Judged, 'waits' | 'untold'> {
  const [asked, blind] = told(approvals, row, by);
  const untold = blind.map(({ rule, names }) => ({ gate: rule.name, names }));
  if (blind.length > 0) return { waits: undefined, untold };
  const needed = neededAt(asked, pointOf(row.point), row.facts, {
    ...by.env,
    now: by.env.now ?? new Date(0),
    settings: by.env.settings ?? {},
  });
  return { waits: waitsOf(needed), untold };
}

/** As plain JSON: it is kept with an entry. */
export function waitsOf(needed: Needed | undefined): Waits | null {
  if (needed === undefined) return null;
  const { type, rules, stages, own } = needed;
  return JSON.parse(JSON.stringify({ type, rules, stages, own })) as Waits;
}

/** It ran for a request: nobody was asked once more. */
export const isApproved = ({ approval }: Pick<KeptDecision, 'approval'>): boolean =>
  approval !== null && 'approved' in approval;

interface Reader {
  reads(point: string | undefined): readonly string[];
}

/** The rules whose facts were all kept, and those that would have to guess. */
function told<R extends Reader & object>(
  rules: readonly R[],
  row: Pick<KeptDecision, 'point' | 'facts' | 'cut'>,
  { env, known }: JudgeBy,
): [R[], { rule: R; names: readonly string[] }[]] {
  const blind: { rule: R; names: readonly string[] }[] = [];
  const asked = rules.filter((rule) => {
    const read = readsOf(rule, row.point);
    const names = [
      ...unrecorded(read, row.facts, env.settings ?? {}, known),
      ...cutShort(read, row.cut),
    ];
    if (names.length > 0) blind.push({ rule, names });
    return names.length === 0;
  });
  return [asked, blind];
}

const reads = new WeakMap<object, Map<string, readonly string[]>>();

/** Reckoned once for a rule and point: a rule tells it anew at each call. */
export function readsOf(rule: Reader & object, point: string): readonly string[] {
  const known = reads.get(rule) ?? new Map<string, readonly string[]>();
  reads.set(rule, known);
  const found = known.get(point) ?? rule.reads(pointOf(point));
  known.set(point, found);
  return found;
}

const refusing = (outcome: readonly Partial<GateOutcome>[]): string[] =>
  [
    ...new Set(outcome.flatMap(({ gate, effect }) => (effect === 'refuses' && gate ? gate : []))),
  ].sort();

const waitedOf = ({ approval }: Pick<KeptDecision, 'approval'>): Waits | null =>
  approval !== null && 'waits' in approval ? approval.waits : null;

/** In what it differs from what happened; null where it does not. */
export function kindOf(row: KeptDecision, judged: Judged): ItemKind | null {
  const { verdict, outcome, waits } = judged;
  if (verdict === undefined || waits === undefined) return 'undecidable';
  const refused = row.verdict === 'refused';
  const waited = waitedOf(row);
  if (verdict === 'refused') {
    if (!refused) return 'newly_blocked';
    const was = row.outcome === null ? [...row.failed].sort() : refusing(row.outcome);
    return was.join('\n') === refusing(outcome).join('\n') ? null : 'otherwise_blocked';
  }
  if (waits !== null && (refused || waited === null)) return 'newly_waits';
  if (refused) return 'newly_allowed';
  if (waits === null && waited !== null) return 'no_longer_waits';
  if (waits !== null && waited !== null && askedOf(waits) !== askedOf(waited))
    return 'waits_otherwise';
  if (row.verdict === verdict) return null;
  return verdict === 'warned' ? 'newly_warned' : 'no_longer_warned';
}

/** The people that have to agree, whatever the rules are called. */
const askedOf = ({ stages, own }: Waits): string => canonicalJson({ stages, own: [...own].sort() });

/** The gates and approvals under which a difference is counted: those that make it. */
export function ruleNames(
  kind: ItemKind,
  row: KeptDecision,
  { outcome, untold, waits }: Judged,
): readonly string[] {
  switch (kind) {
    case 'undecidable':
      return untold.map(({ gate }) => gate);
    case 'newly_blocked':
    case 'otherwise_blocked':
      return refusing(outcome);
    case 'newly_warned':
      return [...new Set(outcome.map(({ gate }) => gate))].sort();
    case 'newly_waits':
    case 'waits_otherwise':
      return shortNames(waits);
    case 'no_longer_waits':
      return shortNames(waitedOf(row));
    default:
      return [...new Set(row.failed)].sort();
  }
}

const shortNames = (waits: Waits | null | undefined): string[] =>
  (waits?.rules ?? []).map((rule) => rule.slice(rule.lastIndexOf('.') + 1));

/** Both sides as an entry shows them; null where nobody was, or would be, asked. */
export const approvalSides = (row: KeptDecision, { waits }: Judged) => {
  const was = waitedOf(row);
  return was === null && (waits ?? null) === null ? null : { was, now: waits ?? null };
};
