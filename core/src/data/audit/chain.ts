import { canonicalJson, hmacHex } from '../canonical.ts';

/** The part of an audit row that its signature covers. */
export interface SignedRow {
  readonly id: string;
  readonly ts: Date;
  readonly actor_id: string | null;
  readonly role: string | null;
  readonly action: string;
  readonly object_type: string;
  readonly object_id: string;
  readonly diff: unknown;
}

/** What belongs to a row beside its signature (F-ALG-17 fixes what that covers). */
export interface RowContext {
  readonly trace_id: string | null;
  readonly ip: string | null;
  readonly result: string | null;
}

export interface ChainRow extends SignedRow, RowContext {
  readonly prev_sig: string;
  readonly sig_hash: string;
  /** Null in rows that an earlier version of the platform wrote. */
  readonly context_sig: string | null;
}

export interface ChainHead {
  readonly object_type: string;
  readonly object_id: string;
  readonly last_sig: string;
  readonly entries: number;
  /** From this entry on, rows have a `context_sig`; null while all are older. */
  readonly context_from: number | null;
  readonly seal: string;
}

/** What a checkpoint says of a chain: its entry at `entries` has this signature. */
export interface Anchor {
  readonly entries: number;
  readonly last_sig: string;
  /** Number of the checkpoint. */
  readonly checkpoint: number;
}

export type FaultKind = 'edited' | 'deleted' | 'inserted' | 'reordered' | 'truncated';

export interface AuditFault {
  /** The row at which it shows; null when it is the end of the chain that is wrong. */
  readonly id: string | null;
  readonly object_type: string;
  readonly object_id: string;
  readonly kind: FaultKind;
  /** The checkpoint that shows it, where the chain alone would not. */
  readonly checkpoint?: number;
}

export interface ChainKeys {
  readonly secret: string;
  readonly organizationId: string;
}

/** `sig_hash` (F-ALG-17): HMAC-SHA256(secret, prev_sig + "\n" + canonical row), hexadecimal. */
export function signRow(secret: string, prevSig: string, row: SignedRow): string {
  const { id, ts, actor_id, role, action, object_type, object_id, diff } = row;
  const signed = { id, ts, actor_id, role, action, object_type, object_id, diff };
  return hmacHex(secret, `${prevSig}\n${canonicalJson(signed)}`);
}

/** Signs what the row's own signature leaves out, bound to it. */
export function signContext(
  secret: string,
  organizationId: string,
  sigHash: string,
  { trace_id, ip, result }: RowContext,
): string {
  const context = { organization_id: organizationId, trace_id, ip, result };
  return hmacHex(secret, `${sigHash}\n${canonicalJson(context)}`);
}

/** Binds the end of a chain to the key, so that nobody shortens chain and head together. */
export function sealHead(
  secret: string,
  organizationId: string,
  head: Omit<ChainHead, 'seal'>,
): string {
  const { object_type, object_id, last_sig, entries, context_from } = head;
  return hmacHex(
    secret,
    canonicalJson({
      organization_id: organizationId,
      object_type,
      object_id,
      last_sig,
      entries,
      ...(context_from === null ? {} : { context_from }),
    }),
  );
}

/** Whether row `at` (counted from 1) of a chain is as it was written, apart from its place. */
export const isWhole = (
  row: ChainRow,
  at: number,
  head: ChainHead | null,
  { secret, organizationId }: ChainKeys,
): boolean =>
  signRow(secret, row.prev_sig, row) === row.sig_hash &&
  (at < (head?.context_from ?? Number.POSITIVE_INFINITY)
    ? row.context_sig === null || hasContext(row, secret, organizationId)
    : hasContext(row, secret, organizationId));

const hasContext = (row: ChainRow, secret: string, organizationId: string): boolean =>
  row.context_sig === signContext(secret, organizationId, row.sig_hash, row);

export interface Place {
  readonly object_type: string;
  readonly object_id: string;
}

/**
 * Walks one object's rows in stored order and names what doesn't fit.
 * @param rows all rows of the object, by position
 */
export function checkChain(
  place: Place,
  rows: readonly ChainRow[],
  head: ChainHead | null,
  keys: ChainKeys,
  anchors: readonly Anchor[] = [],
): AuditFault[] {
  const faults: AuditFault[] = [];
  const found = (kind: FaultKind, id: string | null, checkpoint?: number) =>
    faults.push({ id, ...place, kind, ...(checkpoint === undefined ? {} : { checkpoint }) });
  if (rows.length === 0 && head === null) {
    const last = anchors.at(-1);
    if (last !== undefined) found('deleted', null, last.checkpoint);
    return faults;
  }
  const signatures = new Set(rows.map((row) => row.sig_hash));
  const successors = Map.groupBy(rows, (row) => row.prev_sig);
  // What the next row must name as its predecessor; null after a row whose own signature is lost.
  let expected: string | null = '';
  for (const [index, row] of rows.entries()) {
    const valid = signRow(keys.secret, row.prev_sig, row) === row.sig_hash;
    const follows = expected === null || row.prev_sig === expected;
    if (valid) {
      if (!follows) {
        found(
          signatures.has(row.prev_sig) || row.prev_sig === '' ? 'reordered' : 'deleted',
          row.id,
        );
      }
      if (!isWhole(row, index + 1, head, keys)) found('edited', row.id);
      expected = row.sig_hash;
      continue;
    }
    if (isCopy(row, rows, keys.secret)) {
      found('inserted', row.id);
      continue;
    }
    const linked = successors.has(row.sig_hash) || head?.last_sig === row.sig_hash;
    const skipped = (successors.get(expected ?? '') ?? []).some((other) => other !== row);
    if (!linked && (skipped || head?.last_sig === expected)) {
      found('inserted', row.id);
      continue;
    }
    found('edited', row.id);
    expected = linked ? row.sig_hash : null;
  }
  if (endIsWrong(rows, head, keys, expected)) found('truncated', null);
  else if (faults.length === 0 && (expected !== head?.last_sig || rows.length !== head.entries))
    found('truncated', null);
  if (faults.length > 0) return faults;
  for (const { entries, last_sig, checkpoint } of anchors) {
    const row = rows[entries - 1];
    if (row === undefined) found('truncated', null, checkpoint);
    // Every row fits the next, so from here back it was all written anew by somebody who has the key.
    else if (row.sig_hash !== last_sig) found('edited', row.id, checkpoint);
    if (faults.length > 0) break;
  }
  return faults;
}

/** Whether a row has the signature of another, which it fits: taken from there. */
const isCopy = (row: ChainRow, rows: readonly ChainRow[], secret: string): boolean =>
  rows.some(
    (other) =>
      other !== row &&
      other.sig_hash === row.sig_hash &&
      signRow(secret, other.prev_sig, other) === other.sig_hash,
  );

/** The same for a chain that is read in pieces: tells only whether anything is wrong at all. */
export class ChainWalk {
  readonly #head: ChainHead | null;
  readonly #keys: ChainKeys;
  readonly #anchors: ReadonlyMap<number, string>;
  #last = '';
  #entries = 0;
  #met = 0;
  #good = true;

  constructor(head: ChainHead | null, keys: ChainKeys, anchors: readonly Anchor[]) {
    this.#head = head;
    this.#keys = keys;
    this.#anchors = new Map(anchors.map(({ entries, last_sig }) => [entries, last_sig]));
    // Two that contradict each other can't both hold.
    this.#good = anchors.every((anchor) => this.#anchors.get(anchor.entries) === anchor.last_sig);
  }

  add(row: ChainRow): void {
    this.#entries += 1;
    if (!this.#good) return;
    const anchored = this.#anchors.get(this.#entries);
    if (anchored !== undefined) this.#met += 1;
    this.#good =
      row.prev_sig === this.#last &&
      (anchored === undefined || anchored === row.sig_hash) &&
      isWhole(row, this.#entries, this.#head, this.#keys);
    this.#last = row.sig_hash;
  }

  /** Whether the chain is whole, after its last row. */
  get good(): boolean {
    const { secret, organizationId } = this.#keys;
    const head = this.#head;
    if (!this.#good || this.#met !== this.#anchors.size) return false;
    if (head === null) return this.#entries === 0;
    return (
      head.last_sig === this.#last &&
      head.entries === this.#entries &&
      head.seal === sealHead(secret, organizationId, head)
    );
  }
}

function endIsWrong(
  rows: readonly ChainRow[],
  head: ChainHead | null,
  keys: ChainKeys,
  lastSig: string | null,
): boolean {
  if (head === null) return true;
  if (sealHead(keys.secret, keys.organizationId, head) !== head.seal) return true;
  const present = rows.some((row) => row.sig_hash === head.last_sig);
  return !present && lastSig !== null;
}
