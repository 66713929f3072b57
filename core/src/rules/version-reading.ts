import { changeText, type RuleChange } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import type { ruleModule } from './records.ts';

type Rows = readonly Record<string, unknown>[];

/** What changes are in a reader's language. */
export const inWords = (changes: readonly RuleChange[] | null, language: string) =>
  (changes ?? []).map((change) => ({
    kind: change.kind,
    block: change.block,
    name: change.name,
    effect: change.effect,
    guards: change.guards,
    text: changeText(change, language),
  }));

/** Published versions, newest first, with their tests and what each means otherwise than the one before. */
export async function listVersions(
  tx: Tx,
  module: RowOf<typeof ruleModule>,
  language: string,
  { page, page_size }: { page: number; page_size: number },
): Promise<{ items: Rows; page: number; page_size: number; total: number }> {
  const [count] = await tx.sql<{ total: number }>(
    'select count(*)::int as total from rule_versions where module_id = ?',
    [module.id],
  );
  const rows = await tx.sql<{ changes: RuleChange[] | null }>(
    `select version, author, proposed_by, created_at as published_at, note, hash, restored_from, rehearsal,
            loosened, changes,
            case when tests is not null then jsonb_build_object('passed', tests->'passed', 'failed', tests->'failed',
              'coverage', tests->'coverage') end as tests
       from rule_versions where module_id = ? order by version desc limit ? offset ?`,
    [module.id, page_size, (page - 1) * page_size],
  );
  const items = rows.map((row) => ({ ...row, changes: inWords(row.changes, language) }));
  return { items, page, page_size, total: count?.total ?? 0 };
}

export interface ProposalFilter {
  readonly state: string;
  readonly module: string | null;
  readonly bundle: string | null;
  readonly page: number;
  readonly page_size: number;
}

/** Texts that wait for a second person, or once did; newest first. */
export async function listProposals(tx: Tx, filter: ProposalFilter) {
  const { state, module, bundle, page, page_size } = filter;
  const where = `from rule_proposals p join rule_modules m on m.id = p.module_id
    where (? = 'all' or p.state = ?) and (?::text is null or m.module = ?)
      and (?::text is null or p.bundle::text = ?)`;
  const values = [state, state, module, module, bundle, bundle];
  const [count] = await tx.sql<{ total: number }>(`select count(*)::int as total ${where}`, values);
  const items: Rows = await tx.sql(
    `select p.id, m.module, p.bundle, p.text, p.hash, p.base_version, p.restored_from, p.note, p.accepts, p.rehearsal,
            p.proposed_by_id, p.proposed_by, p.proposed_at, p.state, p.decided_by, p.decided_at, p.reason ${where}
      order by p.proposed_at desc, p.id limit ? offset ?`,
    [...values, page_size, (page - 1) * page_size],
  );
  return { items, page, page_size, total: count?.total ?? 0 };
}
