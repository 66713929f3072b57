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
  /** Of drafts that are one change, and what it is. */
  readonly bundle: string | null;
  readonly bundle_note: string | null;
  readonly hash: string;
  readonly edited: boolean;
  /** A text waits for a second person. */
  readonly proposed: boolean;
}

/** All modules with what they hold, for the studio's list. */
export async function listModules(tx: Tx, runtime: RuleRuntime): Promise<{ items: unknown[] }> {
  const rows = await tx.sql<ModuleListRow>(
    `select m.module, m.plugin, m.published_version, d.id is not null as draft, d.bundle, d.bundle_note, v.hash,
            m.plugin <> '' and v.hash <> m.shipped_hash as edited,
            exists (select 1 from rule_proposals p where p.module_id = m.id and p.state = 'open') as proposed
       from rule_modules m
       join rule_versions v on v.module_id = m.id and v.version = m.published_version
       left join rule_drafts d on d.module_id = m.id
      where not m.removed
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

interface Listed {
  readonly module: string;
  readonly name: string;
  readonly points?: readonly { readonly point: string }[];
}

/** What a module holds, each kind by itself, in the order in which a reader looks for it. */
function blocksOf({ program }: Snapshot, module: string) {
  const named = (kind: string, items: readonly Listed[]) =>
    items
      .filter((item) => item.module === module)
      .map(({ name, points = [] }) => ({ kind, name, points: points.map(({ point }) => point) }));
  return [
    ...named('gate', program.gates),
    ...named('approval', program.approvals),
    ...named('automation', program.automations),
    ...named('schedule', program.schedules),
    ...named('alert', program.alerts),
    ...named('kpi', program.kpis),
    ...named('balance', program.balances),
    ...named('formula', program.formulas),
    ...named('entity', program.entities),
    ...named('screen', program.screens),
    ...named(
      'test',
      program.tests.map(({ module: of, title }) => ({ module: of, name: title })),
    ),
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
            bundle: draft.bundle,
            bundle_note: draft.bundle_note,
          },
  };
}
