import type { RowOf } from '../api/records.ts';
import type { decision } from './records.ts';
import { settingsForRules } from './runtime.ts';
import type { Snapshot } from './snapshot.ts';
import { wouldPass } from './would-pass.ts';

/**
 * A stored decision with the explanation of each gate of its point, evaluated on the stored facts.
 * Where the rules have changed since, `same_rules` says so.
 */
export function explainDecision(
  row: RowOf<typeof decision>,
  snapshot: Snapshot,
  settings: Readonly<Record<string, unknown>>,
  locale: 'uz' | 'ru' | 'en',
): Record<string, unknown> {
  const env = {
    now: row.created_at,
    settings: settingsForRules(settings),
    zone: String(settings.PLANT_TZ ?? 'Asia/Tashkent'),
  };
  const standing = snapshot.gatesAt.get(row.point) ?? [];
  const gates = standing.map((gate) => {
    const result = gate.evaluate(row.point, row.facts, env);
    return {
      gate: gate.name,
      verdict: result.verdict,
      failures:
        result.verdict === 'pass'
          ? []
          : result.failures.map((failure) => ({
              message: failure.message(locale),
              remedy: failure.remedy?.(locale) ?? null,
              explanation: failure.explain(locale),
              would_pass: wouldPass(gate, failure, standing, locale),
              fault: failure.fault?.code ?? null,
            })),
    };
  });
  return {
    id: row.id,
    point: row.point,
    verdict: row.verdict,
    failed: row.failed,
    decided_at: row.created_at,
    actor: row.actor,
    rules_hash: row.rules_hash,
    same_rules: row.rules_hash === snapshot.hash,
    gates,
  };
}
