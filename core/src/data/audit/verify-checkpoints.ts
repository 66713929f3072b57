import type { Tx } from '../../api/operations.ts';
import { type Checkpoint, hashOf, rootOf, rootOfDecisions, signedText } from './checkpoint.ts';
import { auditKeys, checkpointsAfter, listsOf } from './checkpoints.ts';
import { endorses, isOwnKey, type StoredKey, verifyText } from './keys.ts';

export type CheckpointFaultKind =
  /** The signature doesn't fit what stands there. */
  | 'edited'
  /** It names another as the one before it. */
  | 'deleted'
  /** Its list is there and it is not, nor any after it. */
  | 'truncated'
  /** Signed with a key that this installation doesn't have. */
  | 'inserted'
  /** The chains it names are not those it was signed over. */
  | 'list_altered'
  /** A key that doesn't open, or that the one before it doesn't vouch for. */
  | 'key_altered'
  /** Not the one that a copy shows. */
  | 'rewritten';

export interface CheckpointFault {
  readonly checkpoint: number;
  readonly kind: CheckpointFaultKind;
}

export interface CheckpointsPage {
  readonly checked: number;
  readonly faults: CheckpointFault[];
  /** Number of the last of a full page; null when this was the end. */
  readonly next: number | null;
  /** Hash of the last one looked at, to be held against a copy. */
  readonly last: { readonly number: number; readonly hash: string } | null;
}

/** Checks the checkpoints after a number: signatures, keys, their order without a gap, their lists. */
export async function verifyCheckpoints(
  tx: Tx,
  {
    serverSecret,
    after = 0,
    limit = 100,
  }: { serverSecret: string; after?: number; limit?: number },
): Promise<CheckpointsPage> {
  const place = { organizationId: tx.organizationId, serverSecret };
  const rows = await checkpointsAfter(tx, Math.max(0, after - 1), limit + (after > 0 ? 1 : 0));
  // After the checkpoints, so that the key of each is among them.
  const keys = await auditKeys(tx);
  const broken = brokenKeys(keys, place);
  const before = after > 0 && rows[0]?.number === after ? rows.shift() : undefined;
  const faults: CheckpointFault[] = [];
  let expected = after + 1;
  let prev = before === undefined ? (after === 0 ? '' : null) : hashOf(tx.organizationId, before);
  for (const row of rows) {
    for (; expected < row.number; expected += 1) {
      faults.push({ checkpoint: expected, kind: 'deleted' });
      prev = null;
    }
    const kind = await faultOf(tx, row, { keys, broken, prev });
    if (kind !== null) faults.push({ checkpoint: row.number, kind });
    prev = hashOf(tx.organizationId, row);
    expected = row.number + 1;
  }
  const last = rows.at(-1);
  if (rows.length < limit) {
    const cut = await listsAfter(tx, last?.number ?? before?.number ?? 0);
    faults.push(...cut.map((checkpoint) => ({ checkpoint, kind: 'truncated' as const })));
  }
  return {
    checked: rows.length,
    faults,
    next: rows.length === limit && last !== undefined ? last.number : null,
    last:
      last === undefined ? null : { number: last.number, hash: hashOf(tx.organizationId, last) },
  };
}

async function faultOf(
  tx: Tx,
  row: Checkpoint,
  { keys, broken, prev }: { keys: StoredKey[]; broken: ReadonlySet<string>; prev: string | null },
): Promise<CheckpointFaultKind | null> {
  const key = keys.find(({ key_id }) => key_id === row.key_id);
  if (key === undefined) return 'inserted';
  if (broken.has(key.key_id)) return 'key_altered';
  if (!verifyText(key, signedText(tx.organizationId, row), row.signature)) return 'edited';
  if (prev !== null && row.prev !== prev) return 'deleted';
  const { covered, decided } = await listsOf(tx, row.number);
  const chains = covered.length === row.changed && rootOf(covered) === row.root;
  const decisions =
    row.decisions_root === null
      ? decided.length === 0
      : decided.length === row.decisions && rootOfDecisions(decided) === row.decisions_root;
  return chains && decisions ? null : 'list_altered';
}

const listsAfter = async (tx: Tx, number: number): Promise<number[]> => {
  const rows = await tx.sql<{ number: number }>(
    `select distinct number from (
       select number from audit_checkpoint_objects union select number from audit_checkpoint_decisions) c
     where number > ? and not exists (select 1 from audit_checkpoints p where p.number >= c.number) order by 1 limit 100`,
    [number],
  );
  return rows.map((row) => row.number);
};

/** Keys that are not ours, or not in one line from the first on. */
function brokenKeys(
  keys: readonly StoredKey[],
  place: { organizationId: string; serverSecret: string },
): Set<string> {
  const broken = keys.filter((key, at) => {
    const before = keys[at - 1];
    return (
      key.number !== at + 1 ||
      !isOwnKey(key, place) ||
      (before !== undefined && !endorses(before, key, place.organizationId))
    );
  });
  return new Set(broken.map(({ key_id }) => key_id));
}
