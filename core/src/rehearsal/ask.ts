import { moduleNamedIn, positionAt, sourceText } from '@qoida/dsl';
import { conflict, invalid } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import { ruleDraft, ruleModule } from '../rules/records.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import { fileNameOf, type ModuleText } from '../rules/snapshot.ts';
import { hashText, publishedModules } from '../rules/store.ts';
import type { ChangedModule } from './records.ts';
import type { TaskModule } from './task.ts';

/** Longer than a year nobody compares, and the memory of a thread has an end. */
export const MOST_DAYS = 366;
const DAY_MS = 86_400_000;
/** Nobody reads more of them at a time. */
const MOST_ERRORS = 200;

/** @throws Refusal rehearsal_period_invalid, rehearsal_period_too_long */
export function periodOf(from: Date, to: Date | null, now: Date): { from: Date; to: Date } {
  // What has not happened yet can't be compared with anything.
  const end = to === null || to.getTime() > now.getTime() ? now : to;
  if (from.getTime() >= end.getTime())
    throw invalid(
      'rehearsal_period_invalid',
      'The period must begin before it ends, and not in the future',
      {
        from,
        to: end,
      },
    );
  if (end.getTime() - from.getTime() > MOST_DAYS * DAY_MS)
    throw invalid('rehearsal_period_too_long', `At most ${MOST_DAYS} days are rehearsed`, {
      days: MOST_DAYS,
    });
  return { from, to: end };
}

export interface Drafted {
  readonly draft: readonly TaskModule[];
  readonly published: readonly TaskModule[];
  readonly modules: readonly ChangedModule[];
}

/**
 * The rules as they would stand: what is published, with these texts in place. A module without a text
 * takes its saved draft; one that is not there yet is added.
 * @throws Refusal rehearsal_module_twice, rehearsal_no_draft, module_renamed, rules_have_errors, check_too_long
 */
export async function draftOf(
  tx: Tx,
  runtime: Pick<RuleRuntime, 'catalog' | 'check'>,
  given: readonly { readonly module: string; readonly text: string | null }[],
): Promise<Drafted> {
  const published = (await publishedModules(tx)).map(plainModule);
  const texts = new Map<string, string>();
  for (const { module, text } of given) {
    if (texts.has(module))
      throw invalid('rehearsal_module_twice', `${module} is given twice`, { module });
    const taken = text ?? (await savedDraft(tx, module));
    const named = moduleNamedIn(taken);
    if (named !== module)
      throw invalid('module_renamed', `The text must begin with "module ${module}"`, {
        module,
        found: named ?? null,
      });
    texts.set(module, taken);
  }
  const standing = new Map(published.map(({ module, text }) => [module, text]));
  const draft = [...new Map([...standing, ...texts])]
    .map(([module, text]) => ({ module, text }))
    .sort(byName);
  if (texts.size > 0) await refuseErrors({ published, draft, texts }, runtime);
  const modules = [...texts]
    .map(([module, text]) => ({ module, hash: hashText(text) }))
    .sort(byName);
  return { draft, published, modules };
}

const plainModule = ({ module, text }: ModuleText): TaskModule => ({ module, text });
const byName = (a: { readonly module: string }, b: { readonly module: string }): number =>
  a.module < b.module ? -1 : 1;

async function savedDraft(tx: Tx, module: string): Promise<string> {
  const row = await tx.of(ruleModule).find({ module });
  const draft = row === null ? null : await tx.of(ruleDraft).find({ module_id: row.id });
  if (draft === null)
    throw conflict('rehearsal_no_draft', `${module} has no draft; give its text or save one`, {
      module,
    });
  return draft.text;
}

/** Nothing is tested here: that is asked for when it is published. */
const NO_TESTS_MS = 1;

/**
 * Rules that can't be read would leave their points shut: that is an error of the text, not a
 * difference. What was broken before is nobody's error here. Another thread compiles.
 */
async function refuseErrors(
  {
    published,
    draft,
    texts,
  }: {
    readonly published: readonly TaskModule[];
    readonly draft: readonly TaskModule[];
    readonly texts: ReadonlyMap<string, string>;
  },
  { catalog, check }: Pick<RuleRuntime, 'catalog' | 'check'>,
): Promise<void> {
  const file = ({ module, text }: TaskModule) => ({ name: fileNameOf(module), module, text });
  const after = draft.map(file);
  const { diagnostics: found } = await check({
    catalog,
    before: published.map(file),
    after,
    changed: [...texts.keys()],
    holders: {},
    budgetMs: NO_TESTS_MS,
  });
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const diagnostics = errors.slice(0, MOST_ERRORS).map(({ file: name, span, ...error }) => {
    const text = after.find((one) => one.name === name)?.text ?? '';
    const { code, severity, message } = error;
    return {
      file: name,
      code,
      severity,
      message,
      ...positionAt(sourceText(name, text), span.start),
    };
  });
  throw invalid('rules_have_errors', `${errors.length} error(s) in the rules`, { diagnostics });
}
