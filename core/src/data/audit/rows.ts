import { createHash } from 'node:crypto';
import type { Tx } from '../../api/operations.ts';
import { canonicalJson } from '../canonical.ts';
import type { ChainRow, Place } from './chain.ts';

/** A row of the log as it stands in its chain. */
export interface PlacedRow extends ChainRow {
  readonly position: number;
}

/** The columns of a row, as `ChainRow` has them, in the tables' own words. */
export const ROW_COLUMNS = `id, ts, actor_id, role, action, object_type, object_id, old_new_diff_json as diff,
    prev_sig, sig_hash, context_sig, trace_id, host(ip) as ip, result`;

const PIECE = 250;

/** Hands on the rows of a query one by one, read in pieces: a chain of a million entries fits. */
export async function eachRow<Row>(
  tx: Tx,
  query: string,
  values: readonly unknown[],
  take: (row: Row) => void,
): Promise<number> {
  let read = 0;
  await tx.sql(`declare audit_rows no scroll cursor for ${query}`, values);
  for (let size = PIECE; size === PIECE; ) {
    const rows = await tx.sql<Row>(`fetch ${PIECE} from audit_rows`);
    for (const row of rows) take(row);
    size = rows.length;
    read += size;
  }
  await tx.sql('close audit_rows');
  return read;
}

export const keyOf = ({ object_type, object_id }: Place): string => `${object_type} ${object_id}`;

/**
 * The hash over rows of one chain, in their order: what a checkpoint says of them to somebody who has not
 * the secret that their own signatures are made with. All that a row holds goes in.
 */
export class RowsDigest {
  readonly #hash = createHash('sha256');

  add(row: ChainRow): void {
    const { id, ts, actor_id, role, action, object_type, object_id, diff } = row;
    const { prev_sig, sig_hash, context_sig, trace_id, ip, result } = row;
    const told = { id, ts: new Date(ts), actor_id, role, action, object_type, object_id, diff };
    const rest = { prev_sig, sig_hash, context_sig, trace_id, ip, result };
    this.#hash.update(`${canonicalJson({ ...told, ...rest })}\n`);
  }

  /** Hexadecimal; of the rows so far. */
  get value(): string {
    return this.#hash.copy().digest('hex');
  }
}
