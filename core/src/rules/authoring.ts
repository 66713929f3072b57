import type { LoosenedGuard, Program, RuleChange } from '@qoida/dsl';
import { blocksNamedIn, changeText } from '@qoida/dsl';
import { conflict, invalid } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { CheckedTests } from './check-task.ts';
import { type CheckedTexts, checkTexts } from './checking.ts';
import { type Meaning, meaningsOf } from './meaning.ts';
import { voidProposals } from './open-proposals.ts';
import { ruleDraft, ruleModule } from './records.ts';
import { keepRuleSet } from './rule-sets.ts';
import type { RuleRuntime } from './runtime.ts';
import type { Snapshot } from './snapshot.ts';
import { tellRules } from './spread.ts';
import { hashText, insertVersion, latestVersion } from './store.ts';

/** Blocks that the platform acts on; one that it would silently ignore is not published. */
const RUN_KINDS: ReadonlySet<string> = new Set([
  'formula',
  'gate',
  'balance',
  'kpi',
  'automation',
  'schedule',
  'approval',
  'alert',
]);

function refuseIdleBlocks(text: string): void {
  const idle = blocksNamedIn(text).filter(({ kind }) => !RUN_KINDS.has(kind));
  if (idle.length === 0) return;
  const blocks = idle.map(({ kind, name }) => `${kind} ${name}`);
  throw invalid('rules_not_run', `The platform does not run these yet: ${blocks.join(', ')}`, {
    blocks,
  });
}

/** An approval that nothing would ask for is not published either. */
function refuseIdleApprovals(program: Program, module: string, runtime: RuleRuntime): void {
  const blocks = program.approvals
    .filter((approval) => approval.module === module)
    .flatMap(({ name, record }) =>
      record !== undefined && !runtime.waiting.has(`${record}.${name}`)
        ? [`approval ${name} of ${record}`]
        : [],
    );
  if (blocks.length === 0) return;
  throw invalid('rules_not_run', `The platform does not run these: ${blocks.join(', ')}`, {
    blocks,
  });
}

export interface Publication {
  readonly module: RowOf<typeof ruleModule>;
  readonly text: string;
  readonly baseVersion: number;
  readonly note: string;
  readonly author: string;
  readonly authorId: string | null;
  /** Gates and approvals that may be removed or loosened by it. */
  readonly accepts?: readonly string[];
  readonly rehearsal?: string | null;
  readonly restoredFrom?: number | null;
  readonly proposedBy?: { readonly id: string | null; readonly name: string };
}

export interface Published {
  readonly module: string;
  readonly version: number;
  readonly hash: string;
  readonly changes: readonly RuleChange[];
  readonly loosened: readonly LoosenedGuard[];
}

/** What somebody wants to be in force. */
export type Intended = Pick<Publication, 'module' | 'text' | 'baseVersion' | 'accepts'>;

interface Judged {
  readonly checked: CheckedTexts;
  readonly means: readonly Meaning[];
  readonly snapshot: Snapshot;
}

/**
 * Whether texts may come into force together, and what they mean then. The modules' rows are locked by
 * the caller.
 * @throws Refusal module_twice, module_removed, version_conflict, rules_have_errors, rule_tests_failed,
 * rules_not_run, guards_loosened
 */
export async function judgeTexts(
  tx: Tx,
  runtime: RuleRuntime,
  entries: readonly Intended[],
): Promise<Judged> {
  refuseTwice(entries.map(({ module }) => module.module));
  for (const entry of entries) {
    refuseRemoved(entry.module);
    refuseStale(entry);
  }
  const texts = new Map(entries.map(({ module, text }) => [module.module, text]));
  const checked = await checkTexts(tx, runtime, texts);
  refuseFaulty(checked, [...texts.keys()].join(', '));
  for (const text of texts.values()) refuseIdleBlocks(text);
  const means = meaningsOf(entries, checked);
  refuseUnaccepted(entries, means);
  const snapshot = runtime.compile(checked.after);
  for (const module of texts.keys()) refuseIdleApprovals(snapshot.program, module, runtime);
  return { checked, means, snapshot };
}

/**
 * Publishes texts of several modules together: all of them or none, and one rule set comes into force.
 * The modules' rows are locked by the caller.
 * @throws Refusal as `judgeTexts` does
 */
export async function publishAll(
  tx: Tx,
  runtime: RuleRuntime,
  entries: readonly Publication[],
): Promise<{ published: readonly Published[]; snapshot: Snapshot }> {
  // One publication at a time: each compiles all modules, and the last swapped in holds for all of them.
  await tx.sql('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `qoida.rules ${tx.organizationId}`,
  ]);
  const { checked, means, snapshot } = await judgeTexts(tx, runtime, entries);
  const published: Published[] = [];
  for (const [i, entry] of entries.entries()) {
    const meaning = means[i] as Meaning;
    const { module, text } = entry;
    const version = (await latestVersion(tx, module.id)) + 1;
    await insertVersion(tx, module.id, {
      version,
      text,
      note: entry.note,
      author: entry.author,
      author_id: entry.authorId,
      tests: testsOf(checked.tests, module.module),
      ...meaning,
      rehearsal: entry.rehearsal ?? null,
      restored_from: entry.restoredFrom ?? null,
      proposed_by_id: entry.proposedBy?.id ?? null,
      proposed_by: entry.proposedBy?.name ?? null,
    });
    await tx.of(ruleModule).update(module.id, { published_version: version });
    const draft = await tx.of(ruleDraft).find({ module_id: module.id });
    // What somebody else has typed on meanwhile stays his draft.
    if (draft?.text === text) await tx.of(ruleDraft).remove(draft.id);
    await voidProposals(tx, module.id, 'version_changed');
    published.push({ module: module.module, version, hash: hashText(text), ...meaning });
  }
  await keepRuleSet(tx, snapshot);
  await tellRules(tx);
  return { published, snapshot };
}

/** @throws Refusal module_twice, where one publication would be two versions of a module */
export function refuseTwice(modules: readonly string[]): void {
  const module = modules.find((name, i) => modules.indexOf(name) !== i);
  if (module !== undefined) throw invalid('module_twice', `${module} is given twice`, { module });
}

/** @throws Refusal module_removed: what nobody sees is not to have rules */
export function refuseRemoved({ module, removed }: RowOf<typeof ruleModule>): void {
  if (removed)
    throw conflict('module_removed', `${module} was removed: make it again first`, { module });
}

function refuseStale({ module, baseVersion }: Intended): void {
  if (baseVersion === module.published_version) return;
  throw conflict(
    'version_conflict',
    `${module.module} is at version ${module.published_version} by now, not ${baseVersion}`,
    {
      module: module.module,
      published_version: module.published_version,
      base_version: baseVersion,
    },
  );
}

/** @throws Refusal rules_have_errors, rule_tests_failed */
function refuseFaulty({ diagnostics, tests }: CheckedTexts, of: string): void {
  const errors = diagnostics.filter((item) => item.severity === 'error');
  if (errors.length > 0)
    throw invalid('rules_have_errors', `${errors.length} error(s) in ${of}`, {
      diagnostics: errors,
    });
  if (tests.failed > 0)
    throw invalid('rule_tests_failed', `${tests.failed} test(s) of ${of} fail`, { tests });
}

/** Whoever removes or loosens a gate has to name it: nobody does it unasked. */
function refuseUnaccepted(entries: readonly Intended[], means: readonly Meaning[]): void {
  const missing = entries.flatMap(({ accepts = [] }, i) =>
    (means[i]?.loosened ?? []).filter(({ guard }) => !accepts.includes(guard)),
  );
  if (missing.length === 0) return;
  const guards = missing.map(({ guard }) => guard).join(', ');
  throw conflict('guards_loosened', `This removes or loosens ${guards}: name them in "accepts"`, {
    guards,
    loosened: missing,
    changes: means.flatMap(({ changes }) => changes).map((change) => changeText(change, 'en')),
  });
}

/** Of the tests of several modules those of one, as they are kept with its version. */
const testsOf = (tests: CheckedTests, module: string): CheckedTests => {
  const items = tests.items.filter((item) => item.module === module);
  const failed = items.filter(({ passed }) => !passed).length;
  return { items, failed, passed: items.length - failed, coverage: tests.coverage };
};
