import type { Tx } from '../../api/operations.ts';
import { type ChainHead, type ChainRow, isWhole, type Place, sealHead } from './chain.ts';
import type { Covered } from './checkpoint.ts';
import type { KeyPlace } from './keys.ts';
import { eachRow, keyOf, ROW_COLUMNS, RowsDigest } from './rows.ts';

/** A chain that has come further than the last checkpoint says, or that none says of publicly yet. */
interface Grown extends ChainHead {
  readonly was_entries: number | null;
  readonly was_sig: string | null;
  readonly was_digest: string | null;
}

export interface Growth {
  /** What a checkpoint may say of each chain. */
  readonly covered: readonly Covered[];
  /** Chains that don't hold: they are not signed. */
  readonly unsigned: readonly Place[];
  /** Of the chains that hold: those that are new, and the entries that came. */
  readonly objects: number;
  readonly entries: number;
  readonly full: boolean;
}

/** How far chains have come since the last checkpoint, each held against its signatures. */
export async function growthOf(tx: Tx, keys: KeyPlace, most: number): Promise<Growth> {
  const grown = await grownChains(tx, most);
  const walks = new Map(
    grown
      .filter((head) => mayBeSigned(head, keys))
      .map((head) => [keyOf(head), new Walk(head, keys)]),
  );
  const places = [...walks.values()].map(
    ({ head: { object_type, object_id, entries }, since }) => ({
      object_type,
      object_id,
      since,
      entries,
    }),
  );
  // The head names the last entry: rows that come while these are read stand beyond it.
  await eachRow<ChainRow>(
    tx,
    `select ${ROW_COLUMNS} from audit_log join jsonb_to_recordset(?::jsonb)
       as p (object_type text, object_id uuid, since bigint, entries bigint) using (object_type, object_id)
     where position between p.since and p.entries order by object_type, object_id, position`,
    [JSON.stringify(places)],
    (row) => walks.get(keyOf(row))?.add(row),
  );
  const good = [...walks.values()].filter((walk) => walk.good);
  const signed = new Set(good.map(({ head }) => keyOf(head)));
  const came = ({ head }: Walk) => head.entries - (head.was_entries ?? 0);
  return {
    covered: good.map((walk) => walk.covered),
    unsigned: grown
      .filter((head) => !signed.has(keyOf(head)))
      .map(({ object_type, object_id }) => ({ object_type, object_id })),
    objects: good.filter(({ head }) => head.was_entries === null).length,
    entries: good.reduce((sum, walk) => sum + came(walk), 0),
    full: grown.length === most && good.length > 0,
  };
}

const grownChains = (tx: Tx, most: number): Promise<Grown[]> =>
  tx.sql<Grown>(
    `select h.object_type, h.object_id, h.entries, h.last_sig, h.seal, h.context_from,
       c.entries as was_entries, c.last_sig as was_sig, c.digest as was_digest
     from audit_heads h left join lateral (
       select entries, last_sig, digest from audit_checkpoint_objects c
       where c.organization_id = h.organization_id and c.object_type = h.object_type
         and c.object_id = h.object_id
       order by c.number desc limit 1) c on true
     where h.entries > 0
       and (c.entries is null or c.digest is null or c.entries <> h.entries or c.last_sig <> h.last_sig)
     order by h.object_type, h.object_id limit ?`,
    [most],
  );

/** Only what this installation wrote is signed, and no chain that has become shorter or another. */
function mayBeSigned(head: Grown, { organizationId, serverSecret }: KeyPlace): boolean {
  if (sealHead(serverSecret, organizationId, head) !== head.seal) return false;
  const { entries, last_sig, was_entries, was_sig, was_digest } = head;
  if (was_entries === null || entries > was_entries) return true;
  return was_digest === null && entries === was_entries && last_sig === was_sig;
}

/** The new rows of one chain, from the first that no checkpoint has a hash of. */
class Walk {
  readonly head: Grown;
  readonly since: number;
  readonly #keys: { secret: string; organizationId: string };
  readonly #digest = new RowsDigest();
  #at: number;
  #last: string;
  #whole = true;

  constructor(head: Grown, { organizationId, serverSecret }: KeyPlace) {
    this.head = head;
    this.since = head.was_digest === null ? 1 : (head.was_entries ?? 0) + 1;
    this.#keys = { secret: serverSecret, organizationId };
    this.#at = this.since - 1;
    this.#last = this.since === 1 ? '' : (head.was_sig ?? '');
  }

  add(row: ChainRow): void {
    this.#at += 1;
    if (row.prev_sig !== this.#last || !isWhole(row, this.#at, this.head, this.#keys))
      this.#whole = false;
    this.#last = row.sig_hash;
    this.#digest.add(row);
  }

  get good(): boolean {
    return this.#whole && this.#at === this.head.entries && this.#last === this.head.last_sig;
  }

  get covered(): Covered {
    const { object_type, object_id, entries, last_sig } = this.head;
    const { since } = this;
    return { object_type, object_id, entries, last_sig, since, digest: this.#digest.value };
  }
}
