import type { CompiledKpi, FlowContext } from '@qoida/dsl';
import type { Locale } from '../api/locale.ts';
import type { Actor, Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { roleNames } from '../operations/waiting.ts';
import { type AskedWith, askedWith, settingsOfHash } from '../rules/asked-with.ts';
import { explainGates } from '../rules/explain.ts';
import { decision } from '../rules/records.ts';
import { PastRules } from '../rules/rule-sets.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import { bindingModules, joinModules } from './bound-then.ts';
import { approvalView } from './opening-approvals.ts';
import { followingTrees, runTrees } from './opening-runs.ts';
import { type ItemRow, namesOf, type RehearsalRow } from './reading.ts';
import { snapshotOf } from './rehearse.ts';

type Detail = Readonly<Record<string, unknown>>;

/** Who opens an entry, and in which language. */
export interface Opener {
  readonly actor: Actor;
  readonly locale: Locale;
}

/** Both rule sets of a rehearsal. */
interface Rules {
  readonly draft: Snapshot;
  readonly published: Snapshot;
}

const MOST_DRAFTS = 3;

/** Opens entries: what was decided then and what comes out now, explained in the asker's language. */
export class Opening {
  readonly #runtime: RuleRuntime;
  readonly #past = new PastRules();
  readonly #drafts = new Map<string, Rules>();

  constructor(runtime: RuleRuntime) {
    this.#runtime = runtime;
  }

  async open(tx: Tx, row: RehearsalRow, item: ItemRow, opener: Opener): Promise<unknown> {
    const rules = await this.#rulesFor(tx, row, item);
    const { detail, ...head } = item;
    const people = (detail.people as string[] | undefined) ?? [];
    const shown = { ...head, detail, names: await namesOf(tx, people) };
    if (item.kind === 'kpi_changed')
      return { ...shown, kpi: kpiTrees(row, item, rules, opener.locale) };
    if ('point' in detail) return { ...shown, run: followingTrees(item, rules.draft.program) };
    if (!('untold' in detail) && item.kind !== 'undecidable')
      return { ...shown, run: await runTrees(tx, row, item, rules.draft.program, opener.locale) };
    if (item.ref === null) return { ...shown, approval: this.#approval(row, item, rules, opener) };
    return { ...shown, decision: await this.#decision(tx, row, item, rules, opener) };
  }

  async #decision(tx: Tx, row: RehearsalRow, item: ItemRow, rules: Rules, opener: Opener) {
    const { locale } = opener;
    const kept = await tx.of(decision).get(item.ref ?? '');
    const standing = this.#runtime.snapshot(tx.organizationId);
    const past = await this.#past.find(tx, kept.rules_hash, standing);
    const asked = await settingsOfHash(tx, kept.settings_hash);
    const lost = typeof past === 'string' ? past : null;
    const then = typeof past === 'string' ? rules.published : past;
    return {
      id: kept.id,
      point: kept.point,
      verdict: kept.verdict,
      decided_at: kept.decided_at ?? kept.created_at,
      actor: kept.actor,
      facts: kept.facts,
      rules_lost: lost,
      was: lost !== null || asked === null ? [] : explainGates(kept, then, asked, locale),
      now: asked === null ? [] : nowOf(kept, rules.draft, asked, item.detail, locale),
      approval: this.#approval(row, item, { ...rules, published: then }, opener, { kept, asked }),
    };
  }

  #approval(
    row: RehearsalRow,
    { of, at, detail }: ItemRow,
    { draft, published }: Rules,
    { actor, locale }: Opener,
    decided?: { readonly kept: RowOf<typeof decision>; readonly asked: AskedWith | null },
  ) {
    const { settings, zone } = decided?.asked ?? row.asked;
    const now = decided?.kept.decided_at ?? at ?? row.to_at;
    const nameOf = roleNames({ rules: this.#runtime }, { ...actor, locale });
    const facts = decided?.kept.facts ?? {};
    const known = decided !== undefined;
    const about = { point: of, facts, known, env: { now, settings, zone }, locale, nameOf };
    return approvalView(detail.approval, { published, draft }, about);
  }

  /** What the draft means for an entry: its objects may keep rules from their beginning. */
  async #rulesFor(tx: Tx, row: RehearsalRow, { detail }: ItemRow): Promise<Rules> {
    const rules = this.#rulesOf(tx, row);
    if (typeof detail.bound !== 'string') return rules;
    const own = await bindingModules(tx, detail.bound);
    if (typeof own === 'string') return rules;
    const draft = joinModules(row.asked.draft, own, this.#runtime.catalog);
    return typeof draft === 'string' ? rules : { ...rules, draft };
  }

  /** Both rule sets of a rehearsal, compiled once for those opened last. */
  #rulesOf(tx: Tx, row: RehearsalRow): Rules {
    const { catalog } = this.#runtime;
    const known = this.#drafts.get(row.id) ?? {
      draft: snapshotOf(row.asked.draft, { catalog }),
      published: this.#published(tx, row),
    };
    this.#drafts.delete(row.id);
    this.#drafts.set(row.id, known);
    for (const oldest of this.#drafts.keys()) {
      if (this.#drafts.size <= MOST_DRAFTS) break;
      this.#drafts.delete(oldest);
    }
    return known;
  }

  /** What stands need not be compiled again. */
  #published(tx: Tx, { asked }: RehearsalRow): Snapshot {
    const standing = this.#runtime.snapshot(tx.organizationId);
    const texts = new Map(standing.modules.map(({ module, text }) => [module, text]));
    const same =
      texts.size === asked.published.length &&
      asked.published.every(({ module, text }) => texts.get(module) === text);
    return same ? standing : snapshotOf(asked.published, { catalog: this.#runtime.catalog });
  }
}

interface Untold {
  readonly gate: string;
  readonly names: readonly string[];
}

/** A gate that reads what was not kept has no explanation: it is told what it lacks. */
function nowOf(
  kept: RowOf<typeof decision>,
  draft: Snapshot,
  asked: AskedWith,
  detail: Detail,
  locale: Locale,
): Record<string, unknown>[] {
  const untold = new Map(
    ((detail.untold ?? []) as Untold[]).map(({ gate, names }) => [gate, names]),
  );
  return explainGates(kept, draft, asked, locale).map((gate) => {
    const names = untold.get(String(gate.gate));
    return names === undefined
      ? { ...gate, untold: [] }
      : { gate: gate.gate, verdict: 'untold', failures: [], untold: names };
  });
}

function kpiTrees(
  row: RehearsalRow,
  { of, detail }: ItemRow,
  { draft, published }: Rules,
  locale: Locale,
): unknown {
  const { settings, zone } = row.asked;
  const env = { now: row.to_at, settings, zone };
  const result = String(detail.result);
  const tree = (snapshot: Snapshot, figure: unknown) => {
    const kpi = snapshot.program.kpis.find(({ module, name }) => `${module}.${name}` === of);
    if (kpi === undefined || figure === null) return null;
    return explained(kpi, { [kpi.grain[0]?.name ?? '']: detail.row }, result, env, locale);
  };
  return {
    result,
    unit: detail.unit,
    before: detail.before,
    after: detail.after,
    was: tree(published, detail.before),
    now: tree(draft, detail.after),
  };
}

/** A result that one of the two does not have has no tree. */
const explained = (
  kpi: CompiledKpi,
  facts: Detail,
  result: string,
  env: FlowContext,
  locale: Locale,
) =>
  kpi.results.some(({ name }) => name === result) ? kpi.explain(facts, result, env, locale) : null;

/** The settings of today as rules read them. */
export const settingsNow = (
  runtime: Pick<RuleRuntime, 'catalog'>,
  settings: Readonly<Record<string, unknown>>,
  zone: string,
) => askedWith(runtime.catalog, { settings, zone }).settings;
