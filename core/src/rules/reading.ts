import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { ruleModule } from './records.ts';
import { ruleDraft } from './records.ts';
import type { RuleRuntime } from './runtime.ts';
import type { Snapshot } from './snapshot.ts';
import { versionOf } from './store.ts';

interface ModuleListRow {
  readonly module: string;
  readonly plugin: string;
  readonly published_version: number;
  readonly draft: boolean;
  readonly hash: string;
  readonly edited: boolean;
}

/** All modules with what they hold, for the studio's list. */
export async function listModules(tx: Tx, runtime: RuleRuntime): Promise<{ items: unknown[] }> {
  const rows = await tx.sql<ModuleListRow>(
    `select m.module, m.plugin, m.published_version, d.id is not null as draft, v.hash,
            v.hash <> m.shipped_hash as edited
       from rule_modules m
       join rule_versions v on v.module_id = m.id and v.version = m.published_version
       left join rule_drafts d on d.module_id = m.id
      order by m.module`,
  );
  const snapshot = runtime.snapshot(tx.organizationId);
  const broken = new Set(snapshot.brokenModules);
  return {
    items: rows.map((row) => ({
      ...row,
      broken: broken.has(row.module),
      blocks: blocksOf(snapshot, row.module),
    })),
  };
}

function blocksOf(snapshot: Snapshot, module: string) {
  const mine = <T extends { module: string }>(items: readonly T[]) =>
    items.filter((item) => item.module === module);
  const { program } = snapshot;
  return [
    ...mine(program.gates).map((gate) => ({
      kind: 'gate',
      name: gate.name,
      points: gate.points.map(({ point }) => point),
    })),
    ...mine(program.formulas).map((formula) => ({
      kind: 'formula',
      name: formula.name,
      points: [],
    })),
    ...mine(program.tests).map((test) => ({ kind: 'test', name: test.title, points: [] })),
  ];
}

/** A module's published text and its draft. */
export async function moduleView(
  tx: Tx,
  module: RowOf<typeof ruleModule>,
): Promise<Record<string, unknown>> {
  const published = await versionOf(tx, module, module.published_version);
  const draft = await tx.of(ruleDraft).find({ module_id: module.id });
  return {
    module: module.module,
    plugin: module.plugin,
    version: published.version,
    text: published.text,
    hash: published.hash,
    published_at: published.created_at,
    author: published.author,
    draft:
      draft === null
        ? null
        : {
            text: draft.text,
            base_version: draft.base_version,
            revision: draft.revision,
            author: draft.author,
            saved_at: draft.saved_at,
          },
  };
}

/** Published versions, newest first. */
export async function listVersions(
  tx: Tx,
  module: RowOf<typeof ruleModule>,
): Promise<{ items: unknown[] }> {
  const items = await tx.sql(
    `select version, author, created_at as published_at, note, hash
       from rule_versions where module_id = ? order by version desc limit 200`,
    [module.id],
  );
  return { items };
}

export interface GateFilter {
  readonly session_id: string | null;
  readonly gate: string | null;
  readonly state: 'open' | 'released' | 'all';
  readonly page: number;
  readonly page_size: number;
}

/** Gates that were hit, newest first (F-API-100). */
export async function listGates(tx: Tx, filter: GateFilter): Promise<Record<string, unknown>> {
  const where = `where (?::text is null or session_id::text = ?) and (?::text is null or gate = ?)
    and (? = 'all' or (released_at is null) = (? = 'open'))`;
  const values = [
    filter.session_id,
    filter.session_id,
    filter.gate,
    filter.gate,
    filter.state,
    filter.state,
  ];
  const [count] = await tx.sql<{ total: number }>(
    `select count(*)::int as total from gate_log ${where}`,
    values,
  );
  const items = await tx.sql(
    `select id, gate, module, point, mode, object_ref, session_id, message, explanation, release_roles, when_clear,
            releasable, decision_id, hits, created_at, last_hit_at, hit_by, released_at, released_by, note
       from gate_log ${where} order by last_hit_at desc, id limit ? offset ?`,
    [...values, filter.page_size, (filter.page - 1) * filter.page_size],
  );
  return { items, page: filter.page, page_size: filter.page_size, total: count?.total ?? 0 };
}
