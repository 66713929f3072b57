import { createHash } from 'node:crypto';
import { type LoosenedGuard, pointsNamedIn, type RuleChange } from '@qoida/dsl';
import { notFound } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { CheckedTests } from './check-task.ts';
import { type ruleModule, ruleVersion } from './records.ts';
import type { ModuleText } from './snapshot.ts';

export const hashText = (text: string) => createHash('sha256').update(text).digest('hex');

export interface NewVersion {
  readonly version: number;
  readonly text: string;
  readonly note: string;
  readonly author: string;
  readonly author_id?: string | null;
  readonly tests?: CheckedTests;
  readonly changes?: readonly RuleChange[];
  readonly loosened?: readonly LoosenedGuard[];
  readonly rehearsal?: string | null;
  readonly restored_from?: number | null;
  readonly proposed_by_id?: string | null;
  readonly proposed_by?: string | null;
}

export async function insertVersion(tx: Tx, moduleId: string, entry: NewVersion): Promise<void> {
  await tx.of(ruleVersion).insert({
    ...entry,
    author_id: entry.author_id ?? null,
    points: pointsNamedIn(entry.text),
    module_id: moduleId,
    hash: hashText(entry.text),
  });
}

export async function latestVersion(tx: Tx, moduleId: string): Promise<number> {
  const rows = await tx.sql<{ version: number }>(
    'select coalesce(max(version), 0)::int as version from rule_versions where module_id = ?',
    [moduleId],
  );
  return rows[0]?.version ?? 0;
}

export async function versionOf(
  tx: Tx,
  module: RowOf<typeof ruleModule>,
  version: number,
): Promise<RowOf<typeof ruleVersion>> {
  const row = await tx.of(ruleVersion).find({ module_id: module.id, version });
  if (row === null) throw notFound('version', `${module.module} ${version}`);
  return row;
}

/** The published text of every module. */
export async function publishedModules(tx: Tx): Promise<ModuleText[]> {
  return tx.sql<{ module: string; text: string; points: string[]; version: number }>(
    `select m.module, v.text, v.points, v.version
       from rule_modules m join rule_versions v on v.module_id = m.id and v.version = m.published_version
      order by m.module`,
  );
}
