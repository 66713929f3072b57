import { setTimeout as sleep } from 'node:timers/promises';

/** So long may the database take to answer a mere question before it counts as away, ms. */
const PATIENCE_MS = 1_500;

/**
 * Whether the database answers now (F-ALT-02). One that is frozen, or behind a line that swallows everything,
 * neither answers nor refuses: whoever asks is told all the same.
 * @param ask any question to it
 */
export async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  const end = new AbortController();
  const { signal } = end;
  const asked = ask().then(
    () => true,
    () => false,
  );
  const late = sleep(PATIENCE_MS, false, { signal, ref: false }).catch(() => false);
  const answered = await Promise.race([asked, late]);
  end.abort();
  return answered;
}

/** What `/ready` tells: the database answers, and no rule module is broken. */
export async function readiness(
  ask: () => Promise<unknown>,
  brokenModules: () => readonly string[],
): Promise<{ ok: boolean; checks: Record<string, unknown> }> {
  const database = await answers(ask);
  const broken = brokenModules();
  return {
    ok: database && broken.length === 0,
    checks: { database: database ? 'ok' : 'no answer', broken_rule_modules: broken },
  };
}
