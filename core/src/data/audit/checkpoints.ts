import type { Tx } from '../../api/operations.ts';
import type { Place } from './chain.ts';
import {
  type Checkpoint,
  type CheckpointLists,
  type Covered,
  hashOf,
  rootOf,
  rootOfDecisions,
  signedText,
} from './checkpoint.ts';
import { type CoveredDecision, freshDecisions } from './decisions.ts';
import { growthOf } from './growth.ts';
import { type KeyPlace, makeKey, type StoredKey, signText, unsealKey } from './keys.ts';
import { auditKey } from './records.ts';

/** Chains and decisions in one checkpoint at most; what is more comes into the next, which follows at once. */
export const MOST_CHANGED = 20_000;

export interface MadeCheckpoint {
  /** Null when nothing that may be signed was written since the last. */
  readonly checkpoint: Checkpoint | null;
  /** Chains and decisions that don't hold, or are shorter than an earlier checkpoint says: not signed. */
  readonly unsigned: readonly Place[];
  /** Whether there were more than fit into one. */
  readonly more: boolean;
}

/**
 * Signs how far every chain has come since the last checkpoint. Writers go on meanwhile: all chains are
 * taken as they stood committed at one moment.
 */
export async function makeCheckpoint(
  tx: Tx,
  { serverSecret, now, most = MOST_CHANGED }: { serverSecret: string; now: Date; most?: number },
): Promise<MadeCheckpoint> {
  const place = { organizationId: tx.organizationId, serverSecret };
  await lockCheckpoints(tx);
  const last = await lastCheckpoint(tx);
  const growth = await growthOf(tx, place, most);
  const fresh = await freshDecisions(tx, place, { now, most });
  const unsigned = [
    ...growth.unsigned,
    ...fresh.unsigned.map((id) => ({ object_type: 'decision', object_id: id })),
  ];
  const more = growth.full || fresh.full;
  if (growth.covered.length === 0 && fresh.covered.length === 0)
    return { checkpoint: null, unsigned, more };
  const key = (await currentKey(tx)) ?? (await addKey(tx, place));
  const open = {
    number: (last?.number ?? 0) + 1,
    at: now,
    prev: last === null ? '' : hashOf(tx.organizationId, last),
    changed: growth.covered.length,
    root: rootOf(growth.covered),
    objects: (last?.objects ?? 0) + growth.objects,
    entries: (last?.entries ?? 0) + growth.entries,
    decisions: fresh.covered.length,
    decisions_root: rootOfDecisions(fresh.covered),
    key_id: key.key_id,
  };
  const signature = signText(unsealKey(key, place), signedText(tx.organizationId, open));
  const checkpoint = { ...open, signature };
  await keep(tx, checkpoint, { covered: growth.covered, decided: fresh.covered });
  return { checkpoint, unsigned, more };
}

/** A new key, endorsed by the present one; the next checkpoint is signed with it. */
export async function rotateKey(tx: Tx, serverSecret: string): Promise<StoredKey> {
  await lockCheckpoints(tx);
  return addKey(tx, { organizationId: tx.organizationId, serverSecret });
}

/** All keys, oldest first. */
export const auditKeys = (tx: Tx): Promise<StoredKey[]> =>
  tx.sql<StoredKey>(
    'select number, key_id, public_key, endorsement, sealed from audit_keys order by number',
  );

const COLUMNS = `number, at, prev, changed, root, objects, entries, decisions, decisions_root, key_id,
  signature`;

export async function lastCheckpoint(tx: Tx): Promise<Checkpoint | null> {
  const [row] = await tx.sql<Checkpoint>(
    `select ${COLUMNS} from audit_checkpoints order by number desc limit 1`,
  );
  return row ?? null;
}

/** Checkpoints after a number, in their order. */
export const checkpointsAfter = (tx: Tx, number: number, limit: number): Promise<Checkpoint[]> =>
  tx.sql<Checkpoint>(
    `select ${COLUMNS} from audit_checkpoints where number > ? order by number limit ?`,
    [number, limit],
  );

export async function checkpointOf(tx: Tx, number: number): Promise<Checkpoint | null> {
  const [row] = await tx.sql<Checkpoint>(
    `select ${COLUMNS} from audit_checkpoints where number = ?`,
    [number],
  );
  return row ?? null;
}

/** Checkpoints, newest first, and how many there are. */
export async function pageOfCheckpoints(
  tx: Tx,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: Checkpoint[]; total: number }> {
  const items = await tx.sql<Checkpoint>(
    `select ${COLUMNS} from audit_checkpoints order by number desc limit ? offset ?`,
    [limit, offset],
  );
  const [count] = await tx.sql<{ total: number }>(
    'select count(*) as total from audit_checkpoints',
  );
  return { items, total: Number(count?.total ?? 0) };
}

/** The chains and decisions that a checkpoint names. */
export async function listsOf(tx: Tx, number: number): Promise<CheckpointLists> {
  const covered = await tx.sql<Covered>(
    `select object_type, object_id, entries, last_sig, since, digest from audit_checkpoint_objects
     where number = ? order by object_type, object_id`,
    [number],
  );
  const decided = await tx.sql<CoveredDecision>(
    `select decision_id, decided_at, digest from audit_checkpoint_decisions
     where number = ? order by decision_id`,
    [number],
  );
  return { covered, decided };
}

/** One checkpoint or key at a time, on all nodes. */
const lockCheckpoints = (tx: Tx) =>
  tx.sql('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `qoida.audit.checkpoints ${tx.organizationId}`,
  ]);

async function currentKey(tx: Tx): Promise<StoredKey | null> {
  const [row] = await tx.sql<StoredKey>(
    `select number, key_id, public_key, endorsement, sealed from audit_keys
     order by number desc limit 1`,
  );
  return row ?? null;
}

async function addKey(tx: Tx, place: KeyPlace): Promise<StoredKey> {
  const key = makeKey(place, await currentKey(tx));
  await tx.of(auditKey).insert(key);
  return key;
}

async function keep(tx: Tx, checkpoint: Checkpoint, lists: CheckpointLists): Promise<void> {
  const { number, at, prev, changed, root, objects, entries, key_id, signature } = checkpoint;
  const { decisions, decisions_root } = checkpoint;
  await tx.sql(
    `insert into audit_checkpoints (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      number,
      at,
      prev,
      changed,
      root,
      objects,
      entries,
      decisions,
      decisions_root,
      key_id,
      signature,
    ],
  );
  await tx.sql(
    `insert into audit_checkpoint_objects (object_type, object_id, number, entries, last_sig, since, digest)
     select object_type, object_id, ?, entries, last_sig, since, digest from jsonb_to_recordset(?::jsonb)
       as c (object_type text, object_id uuid, entries bigint, last_sig text, since bigint, digest text)`,
    [number, JSON.stringify(lists.covered)],
  );
  await tx.sql(
    `insert into audit_checkpoint_decisions (decision_id, number, decided_at, digest)
     select decision_id, ?, decided_at, digest from jsonb_to_recordset(?::jsonb)
       as c (decision_id uuid, decided_at timestamptz, digest text)`,
    [number, JSON.stringify(lists.decided)],
  );
}
