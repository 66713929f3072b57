import { type CompiledApproval, stagesInWords } from '@qoida/dsl';
import type { Locale } from '../api/locale.ts';
import { effectsView } from '../approvals/effects-view.ts';
import { pointOf } from '../approvals/needed.ts';
import type { Effects } from '../approvals/records.ts';
import type { EvaluationContext } from '../rules/runtime.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import type { Waits } from './judged.ts';

interface About {
  readonly point: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Whether the facts were kept at all. */
  readonly known: boolean;
  readonly env: EvaluationContext;
  readonly locale: Locale;
  readonly nameOf: (role: string) => string;
}

interface Sides {
  readonly was: Waits | null;
  readonly now: Waits | null;
}

/** Who had to agree and who would have to, in words, with why; null where an entry is about no approval. */
export function approvalView(
  detail: unknown,
  { published, draft }: { readonly published: Snapshot; readonly draft: Snapshot },
  about: About,
): Record<'was' | 'now', unknown> | null {
  if (detail === undefined || detail === null) return null;
  const { was, now } = detail as Sides;
  return { was: sideOf(was, published, about), now: sideOf(now, draft, about) };
}

function sideOf(waits: Waits | null, { program }: Snapshot, about: About) {
  if (waits === null) return null;
  const { facts, env, locale, nameOf } = about;
  const point = pointOf(about.point);
  const rules = waits.rules.flatMap(
    (rule) => program.approvals.find(({ module, name }) => `${module}.${name}` === rule) ?? [],
  );
  return {
    rules: waits.rules,
    steps: waits.stages.map((votes) => stagesInWords([votes], locale, nameOf)),
    message: rules.map((rule) => rule.message(point, facts, env, locale)).join(' · ') || null,
    effects: effectsView(about.known ? rules.map((rule) => effectsIn(rule, point, about)) : []),
    explanation:
      rules.map((rule) => whyOf(rule, point, about)).find((tree) => tree !== null) ?? null,
  };
}

/** What would follow an agreement, and a rejection. */
const effectsIn = (
  rule: CompiledApproval,
  point: string | undefined,
  { facts, env }: About,
): Effects => ({
  rule: `${rule.module}.${rule.name}`,
  approved: rule.plan('approved', point, facts, env),
  rejected: rule.plan('rejected', point, facts, env),
});

/** Why somebody is asked at all; null where no condition says so. */
const whyOf = (rule: CompiledApproval, point: string | undefined, { facts, env, locale }: About) =>
  rule.explain(point, facts, env, locale).whole ?? null;
