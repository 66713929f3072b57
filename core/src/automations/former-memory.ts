import { createHash } from 'node:crypto';
import { blocksNamedIn } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { Snapshot } from '../rules/snapshot.ts';
import { idOf } from './flows.ts';

/** Where it is kept of which rule something is remembered. */
const TABLES = ['rule_states', 'alert_triggers', 'alerts'] as const;

/** The first 32 digits of a SHA-256; a meaning is longer. */
const OF_TEXT = '^[0-9a-f]{32}$';

/**
 * Earlier versions of the platform knew a rule again by the hash of its text. What they remember of rules
 * that still read the same is theirs from now on by what they mean; before anything is asked of them.
 */
export async function takeOverMemory(tx: Tx, snapshot: Snapshot): Promise<void> {
  const found = TABLES.map((table) => `select rule from ${table} where rule_hash ~ '${OF_TEXT}'`);
  const rows = await tx.sql<{ rule: string }>(found.join(' union '));
  const former = new Set(rows.map(({ rule }) => rule));
  if (former.size === 0) return;
  const texts = textHashesOf(snapshot);
  const { automations, schedules, alerts } = snapshot.program;
  const known = [...automations, ...schedules, ...alerts]
    .map((rule) => ({ id: idOf(rule), meaning: rule.meaning }))
    .filter(({ id }) => former.has(id));
  for (const table of TABLES)
    await tx.sql(
      `update ${table} s set rule_hash = r.meaning
       from unnest(?::text[], ?::text[], ?::text[]) as r (rule, text_hash, meaning)
       where s.rule = r.rule and s.rule_hash = r.text_hash`,
      [
        known.map(({ id }) => id),
        known.map(({ id }) => texts.get(id) ?? ''),
        known.map(({ meaning }) => meaning),
      ],
    );
}

/** Of each rule's text, by its whole name. */
const textHashesOf = ({ modules }: Snapshot): ReadonlyMap<string, string> =>
  new Map(
    modules.flatMap(({ module, text }) =>
      blocksNamedIn(text).map((block) => [
        `${module}.${block.name}`,
        createHash('sha256').update(block.text).digest('hex').slice(0, 32),
      ]),
    ),
  );
