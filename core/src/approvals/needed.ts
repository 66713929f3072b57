import { type CompiledApproval, type NeededApproval, stagesInWords, type Votes } from '@qoida/dsl';
import type { Locale } from '../api/locale.ts';
import type { DecidedApproval } from '../rules/outcome.ts';
import type { EvaluationContext } from '../rules/runtime.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import { effectsView } from './effects-view.ts';
import type { Effects } from './records.ts';

export const LOCALES: readonly Locale[] = ['uz', 'ru', 'en'];
type Facts = Readonly<Record<string, unknown>>;

/** Who has to agree before an operation runs, or before an object's state counts. */
export interface Needed {
  /** The approval's name; several of one point are asked for together, one after another. */
  readonly type: string;
  /** Their whole names. */
  readonly rules: readonly string[];
  readonly stages: readonly Votes[];
  /** Roles that may decide what they asked for themselves, by all of the rules. */
  readonly own: readonly string[];
  /** Seconds; undefined where the rules leave it to the plant's setting. */
  readonly expiresAfter: number | undefined;
  readonly message: Readonly<Record<Locale, string>>;
  readonly remedy: Readonly<Record<Locale, string | undefined>>;
  readonly undecided: NeededApproval['undecided'];
  /** What follows once it is decided, rule by rule, as of a moment. */
  readonly effects: (now: Date) => readonly Effects[];
  /** What the message tells of the facts, as of a moment. */
  readonly told: (now: Date) => Readonly<Record<string, string>>;
  readonly remedies: (locale: Locale) => ReturnType<CompiledApproval['remedies']>;
}

const indexes = new WeakMap<Snapshot, ReadonlyMap<string, readonly CompiledApproval[]>>();

/** The approvals that stand at a point. */
export function approvalsAt(snapshot: Snapshot, point: string): readonly CompiledApproval[] {
  const index = indexes.get(snapshot) ?? indexOf(snapshot);
  indexes.set(snapshot, index);
  return index.get(point) ?? [];
}

/** The approvals of a decision's place: of an operation, or of a record's state (`record:approval`). */
export const approvalsOf = (snapshot: Snapshot, place: string): readonly CompiledApproval[] =>
  pointOf(place) === undefined
    ? snapshot.program.approvals.filter(({ record, name }) => `${record}:${name}` === place)
    : approvalsAt(snapshot, place);

/** The operation of a decision's place; undefined for the state of a record. */
export const pointOf = (place: string): string | undefined =>
  place.includes(':') ? undefined : place;

/** The approval of a record's state, by its name. */
export const approvalOf = (snapshot: Snapshot, record: string, type: string) =>
  snapshot.program.approvals.find((one) => one.record === record && one.name === type);

function indexOf({ program }: Snapshot): ReadonlyMap<string, readonly CompiledApproval[]> {
  const pairs = program.approvals.flatMap((one) => one.points.map(({ point }) => ({ point, one })));
  const byPoint = Map.groupBy(pairs, ({ point }) => point);
  return new Map([...byPoint].map(([point, found]) => [point, found.map(({ one }) => one)]));
}

/** What the rules of a point ask for on these facts; undefined when nobody has to agree. */
export function neededAt(
  approvals: readonly CompiledApproval[],
  point: string | undefined,
  facts: Facts,
  env: EvaluationContext,
): Needed | undefined {
  const found = approvals.flatMap((rule) => {
    const needed = rule.needed(point, facts, env);
    return needed === undefined ? [] : [{ rule, needed }];
  });
  const [first, ...more] = found;
  if (first === undefined) return undefined;
  const limits = found.flatMap(({ rule }) => rule.expiresAfter ?? []);
  const text = (locale: Locale): string =>
    found.map(({ rule }) => rule.message(point, facts, env, locale)).join(' · ');
  const remedy = (locale: Locale): string | undefined =>
    found.flatMap(({ rule }) => rule.remedy(point, facts, env, locale) ?? []).join(' · ') ||
    undefined;
  return {
    type: found.map(({ rule }) => rule.name).join('+'),
    rules: found.map(({ rule }) => `${rule.module}.${rule.name}`),
    stages: found.flatMap(({ needed }) => needed.stages),
    own: first.rule.own.filter((role) => more.every(({ rule }) => rule.own.includes(role))),
    expiresAfter: limits.length === 0 ? undefined : Math.min(...limits),
    message: inAll(text),
    remedy: inAll(remedy),
    undecided: found.flatMap(({ needed }) => needed.undecided),
    effects: (now) =>
      found.flatMap(({ rule }) => {
        if (rule.outcomes.approved.length + rule.outcomes.rejected.length === 0) return [];
        const planned = (outcome: 'approved' | 'rejected') =>
          rule.plan(outcome, point, facts, { ...env, now });
        const name = `${rule.module}.${rule.name}`;
        return [{ rule: name, approved: planned('approved'), rejected: planned('rejected') }];
      }),
    told: (now) =>
      Object.assign({}, ...found.map(({ rule }) => rule.tells(point, facts, { ...env, now }))),
    remedies: (locale) =>
      found.length === 1 ? first.rule.remedies(point, facts, env, locale) : [],
  };
}

/** As it is kept with a decision. */
export const keptOf = ({ type, rules, stages, own }: Needed): DecidedApproval => ({
  waits: { type, rules, stages, own },
});

const inAll = <T>(of: (locale: Locale) => T): Readonly<Record<Locale, T>> =>
  Object.fromEntries(LOCALES.map((locale) => [locale, of(locale)])) as Record<Locale, T>;

/** What `/check` tells of it. */
export function neededView(
  needed: Needed,
  locale: Locale,
  defaultHours: number,
  nameOf: (role: string) => string,
  now: Date,
): Record<string, unknown> {
  return {
    type: needed.type,
    rules: needed.rules,
    message: needed.message[locale],
    remedy: needed.remedy[locale] ?? null,
    steps: needed.stages.map((votes) => stagesInWords([votes], locale, nameOf)),
    expires_after_sec: needed.expiresAfter ?? defaultHours * 3600,
    undecided: needed.undecided,
    would_pass: needed.remedies(locale),
    effects: effectsView(needed.effects(now)),
  };
}
