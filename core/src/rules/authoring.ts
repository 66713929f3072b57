import type { Diagnostic, TestReport } from '@qoida/dsl';
import { blocksNamedIn, compileProgram, runTests } from '@qoida/dsl';
import { conflict, invalid } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { ruleModule } from './records.ts';
import type { RuleRuntime } from './runtime.ts';
import type { Snapshot } from './snapshot.ts';
import { fileNameOf } from './snapshot.ts';
import { hashText, insertVersion, latestVersion, publishedModules } from './store.ts';

/** Checking must not hold up the decisions that this process takes meanwhile. */
const TESTS_MS = 3_000;

export interface CheckedText {
  readonly diagnostics: readonly Diagnostic[];
  readonly tests: {
    readonly passed: number;
    readonly failed: number;
    readonly items: TestReport['tests'];
  };
  readonly snapshot: Snapshot;
}

/** Compiles all published modules with one of them replaced by `text`, and runs that module's tests. */
export async function checkText(
  tx: Tx,
  runtime: RuleRuntime,
  module: string,
  text: string,
): Promise<CheckedText> {
  const modules = (await publishedModules(tx)).map((entry) =>
    entry.module === module ? { ...entry, text } : entry,
  );
  const named = /^\s*module\s+([\w.]+)/m.exec(text)?.[1];
  if (named !== module) {
    throw invalid('module_renamed', `The text must begin with "module ${module}"`, {
      module,
      found: named ?? null,
    });
  }
  const all = compileProgram(
    modules.map((entry) => ({ name: fileNameOf(entry.module), text: entry.text })),
    runtime.catalog,
  );
  // Another module that breaks because of this one is this one's error too.
  const before = compileProgram(
    (await publishedModules(tx)).map((entry) => ({
      name: fileNameOf(entry.module),
      text: entry.text,
    })),
    runtime.catalog,
  );
  const known = new Set(before.diagnostics.map(keyOf));
  const diagnostics = all.diagnostics.filter(
    (item) => item.file === fileNameOf(module) || !known.has(keyOf(item)),
  );
  const results = runTests(all, { budgetMs: TESTS_MS }).tests.filter(
    (test) => test.module === module,
  );
  const failed = results.filter((test) => !test.passed).length;
  return {
    diagnostics,
    tests: { passed: results.length - failed, failed, items: results },
    snapshot: runtime.compile(modules),
  };
}

/** Blocks that the platform acts on; one that it would silently ignore is not published. */
const RUN_KINDS: ReadonlySet<string> = new Set(['formula', 'gate', 'balance', 'kpi']);

function refuseIdleBlocks(text: string): void {
  const idle = blocksNamedIn(text).filter(({ kind }) => !RUN_KINDS.has(kind));
  if (idle.length === 0) return;
  const blocks = idle.map(({ kind, name }) => `${kind} ${name}`);
  throw invalid('rules_not_run', `The platform does not run these yet: ${blocks.join(', ')}`, {
    blocks,
  });
}

const keyOf = (item: Diagnostic) => `${item.file}:${item.code}:${item.message}`;

export interface Publication {
  readonly module: RowOf<typeof ruleModule>;
  readonly text: string;
  readonly baseVersion: number;
  readonly note: string;
  readonly author: string;
  readonly authorId: string | null;
}

/**
 * Publishes a text as the next version, inside the caller's transaction.
 * @throws Refusal version_conflict, rules_have_errors, rule_tests_failed, rules_not_run
 */
export async function publish(
  tx: Tx,
  runtime: RuleRuntime,
  entry: Publication,
): Promise<{ version: number; hash: string; snapshot: Snapshot }> {
  const { module, text } = entry;
  // One publication at a time: each compiles all modules, and the last swapped in holds for all of them.
  await tx.sql('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `qoida.rules ${tx.organizationId}`,
  ]);
  if (entry.baseVersion !== module.published_version) {
    throw conflict(
      'version_conflict',
      `${module.module} is at version ${module.published_version} by now, not ${entry.baseVersion}`,
      {
        published_version: module.published_version,
        base_version: entry.baseVersion,
      },
    );
  }
  const checked = await checkText(tx, runtime, module.module, text);
  const errors = checked.diagnostics.filter((item) => item.severity === 'error');
  if (errors.length > 0) {
    throw invalid('rules_have_errors', `${errors.length} error(s) in ${module.module}`, {
      diagnostics: errors,
    });
  }
  if (checked.tests.failed > 0) {
    throw invalid('rule_tests_failed', `${checked.tests.failed} test(s) of ${module.module} fail`, {
      tests: checked.tests,
    });
  }
  refuseIdleBlocks(text);
  const version = (await latestVersion(tx, module.id)) + 1;
  await insertVersion(tx, module.id, {
    version,
    text,
    note: entry.note,
    author: entry.author,
    author_id: entry.authorId,
  });
  await tx.of(ruleModule).update(module.id, { published_version: version });
  return { version, hash: hashText(text), snapshot: checked.snapshot };
}
