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

export interface ChainRow extends SignedRow {
  readonly prev_sig: string;
  readonly sig_hash: string;
}

export interface ChainHead {
  readonly object_type: string;
  readonly object_id: string;
  readonly last_sig: string;
  readonly entries: number;
  readonly seal: string;
}

export type FaultKind = 'edited' | 'deleted' | 'inserted' | 'reordered' | 'truncated';

export interface AuditFault {
  /** The row at which it shows; null when it is the end of the chain that is wrong. */
  readonly id: string | null;
  readonly object_type: string;
  readonly object_id: string;
  readonly kind: FaultKind;
}

/** `sig_hash` (F-ALG-17): HMAC-SHA256(secret, prev_sig + "\n" + canonical row), hexadecimal. */
export function signRow(secret: string, prevSig: string, row: SignedRow): string {
  const { id, ts, actor_id, role, action, object_type, object_id, diff } = row;
  const signed = { id, ts, actor_id, role, action, object_type, object_id, diff };
  return hmacHex(secret, `${prevSig}\n${canonicalJson(signed)}`);
}

/** Binds the end of a chain to the key, so that nobody shortens chain and head together. */
export function sealHead(
  secret: string,
  organizationId: string,
  head: Omit<ChainHead, 'seal'>,
): string {
  const { object_type, object_id, last_sig, entries } = head;
  return hmacHex(
    secret,
    canonicalJson({ organization_id: organizationId, object_type, object_id, last_sig, entries }),
  );
}

interface Place {
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
  keys: { secret: string; organizationId: string },
): AuditFault[] {
  const faults: AuditFault[] = [];
  const found = (kind: FaultKind, id: string | null) => faults.push({ id, ...place, kind });
  const signatures = new Set(rows.map((row) => row.sig_hash));
  const successors = new Set(rows.map((row) => row.prev_sig));
  // What the next row must name as its predecessor; null after a row whose own signature is lost.
  let expected: string | null = '';
  for (const row of rows) {
    const valid = signRow(keys.secret, row.prev_sig, row) === row.sig_hash;
    const follows = expected === null || row.prev_sig === expected;
    if (valid) {
      if (!follows) {
        found(
          signatures.has(row.prev_sig) || row.prev_sig === '' ? 'reordered' : 'deleted',
          row.id,
        );
      }
      expected = row.sig_hash;
      continue;
    }
    const linked = successors.has(row.sig_hash) || head?.last_sig === row.sig_hash;
    const skipped = rows.some((other) => other !== row && other.prev_sig === expected);
    if (!linked && (skipped || head?.last_sig === expected)) {
      found('inserted', row.id);
      continue;
    }
    found('edited', row.id);
    expected = linked ? row.sig_hash : null;
  }
  if (endIsWrong(rows, head, keys, expected)) found('truncated', null);
  return faults;
}

function endIsWrong(
  rows: readonly ChainRow[],
  head: ChainHead | null,
  keys: { secret: string; organizationId: string },
  lastSig: string | null,
): boolean {
  if (head === null) return true;
  if (sealHead(keys.secret, keys.organizationId, head) !== head.seal) return true;
  const present = rows.some((row) => row.sig_hash === head.last_sig);
  return !present && lastSig !== null;
}
