import { moduleNamedIn, pointsNamedIn } from '@qoida/dsl';
import { invalid } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { CheckAnswer, CheckFile } from './check-task.ts';
import { holdersOf } from './people.ts';
import type { RuleRuntime } from './runtime.ts';
import type { ModuleText } from './snapshot.ts';
import { fileNameOf } from './snapshot.ts';
import { publishedModules } from './store.ts';

/** Tests of a module take no longer than this; the rest of them counts as failed. */
const TESTS_MS = 5_000;

export interface CheckedTexts extends CheckAnswer {
  /** All modules as they stand, and as they would stand with the new texts. */
  readonly before: readonly ModuleText[];
  readonly after: readonly ModuleText[];
}

/**
 * Compiles all published modules with some of them replaced, runs the tests of those, and tells which
 * steps of their approvals nobody of the plant can take. Another thread does the work.
 * @throws Refusal module_renamed, check_too_long
 */
export async function checkTexts(
  tx: Tx,
  runtime: Pick<RuleRuntime, 'catalog' | 'check'>,
  texts: ReadonlyMap<string, string>,
): Promise<CheckedTexts> {
  for (const [module, text] of texts) refuseRenamed(module, text);
  const before = await publishedModules(tx);
  // A new module has no published text yet.
  const after = [
    ...before.filter(({ module }) => !texts.has(module)),
    ...[...texts].map(([module, text]) => ({
      module,
      text,
      points: pointsNamedIn(text),
      version: (before.find((entry) => entry.module === module)?.version ?? 0) + 1,
    })),
  ].sort((a, b) => (a.module < b.module ? -1 : 1));
  const answer = await runtime.check({
    catalog: runtime.catalog,
    before: before.map(fileOf),
    after: after.map(fileOf),
    changed: [...texts.keys()],
    holders: await holdersOf(tx),
    budgetMs: TESTS_MS,
  });
  return { ...answer, before, after };
}

const fileOf = ({ module, text }: ModuleText): CheckFile => ({
  name: fileNameOf(module),
  module,
  text,
});

function refuseRenamed(module: string, text: string): void {
  const named = moduleNamedIn(text);
  if (named === module) return;
  throw invalid('module_renamed', `The text must begin with "module ${module}"`, {
    module,
    found: named ?? null,
  });
}
