import type { ChainRow, FaultKind, Place } from './chain.ts';
import { type Checkpoint, type CheckpointFile, coveredIn, hashOf } from './checkpoint.ts';
import { keyOf, type PlacedRow, RowsDigest } from './rows.ts';

/** Something in an exported log that is not what the checkpoints were signed over. */
export interface ProofFault extends Place {
  readonly kind: FaultKind;
  /** The row at which it shows; null where it is the end that is wrong, or one of several. */
  readonly id: string | null;
  /** The first and the last entry of those that one hash covers; one of them it is. */
  readonly span?: readonly [number, number];
  readonly checkpoint?: number;
}

export interface CheckpointLineFault {
  readonly checkpoint: number;
  readonly kind: 'deleted' | 'rewritten';
}

export interface LogProved {
  readonly rows: number;
  /** Rows that no checkpoint has a hash of: what came since the last, and what only older ones name. */
  readonly unproved: number;
  readonly objects: number;
}

/** What one checkpoint says of one chain. */
interface Said {
  readonly since: number | null;
  readonly entries: number;
  readonly last_sig: string;
  readonly digest: string | null;
  readonly checkpoint: number;
}

/**
 * Holds an exported log against its checkpoints, row by row, without the secret that its own signatures are
 * made with: chains one after the other, each in its order.
 */
export class LogProof {
  readonly #said = new Map<string, Said[]>();
  readonly #seen = new Set<string>();
  readonly #found: (fault: ProofFault) => void;
  readonly #counts = { rows: 0, unproved: 0, objects: 0 };
  #chain: ChainProof | null = null;

  /** @param checkpoints each proved by itself, in their order */
  constructor(checkpoints: readonly CheckpointFile[], found: (fault: ProofFault) => void) {
    this.#found = found;
    for (const file of checkpoints)
      for (const { object_type, object_id, ...said } of coveredIn(file)) {
        const key = keyOf({ object_type, object_id });
        const known = this.#said.get(key) ?? [];
        known.push({ ...said, checkpoint: file.number });
        this.#said.set(key, known);
      }
  }

  add(row: PlacedRow): void {
    const key = keyOf(row);
    if (this.#chain === null || keyOf(this.#chain.place) !== key) {
      this.#close();
      const { object_type, object_id } = row;
      if (this.#seen.has(key))
        this.#found({ object_type, object_id, kind: 'reordered', id: row.id });
      this.#seen.add(key);
      this.#chain = new ChainProof(
        { object_type, object_id },
        this.#said.get(key) ?? [],
        this.#found,
      );
    }
    this.#chain.add(row);
  }

  end(): LogProved {
    this.#close();
    for (const [key, said] of this.#said) {
      if (this.#seen.has(key)) continue;
      const cut = key.lastIndexOf(' ');
      const place = { object_type: key.slice(0, cut), object_id: key.slice(cut + 1) };
      this.#found({
        ...place,
        kind: 'deleted',
        id: null,
        checkpoint: said.at(-1)?.checkpoint ?? 0,
      });
    }
    return this.#counts;
  }

  #close(): void {
    if (this.#chain === null) return;
    const { rows, unproved } = this.#chain.end();
    this.#counts.rows += rows;
    this.#counts.unproved += unproved;
    this.#counts.objects += 1;
    this.#chain = null;
  }
}

class ChainProof {
  readonly place: Place;
  readonly #found: (fault: ProofFault) => void;
  #waiting: readonly Said[];
  #open: { readonly said: Said; readonly digest: RowsDigest }[] = [];
  #rows = 0;
  #at = 0;
  #proved = 0;
  #last = '';

  constructor(place: Place, said: readonly Said[], found: (fault: ProofFault) => void) {
    this.place = place;
    this.#found = found;
    this.#waiting = said;
  }

  add(row: PlacedRow): void {
    const { position, prev_sig, sig_hash, id } = row;
    this.#rows += 1;
    this.#at += 1;
    if (position !== this.#at) {
      this.#tell(position > this.#at ? 'deleted' : 'inserted', id);
      this.#at = position;
    } else if (prev_sig !== this.#last) this.#tell('edited', id);
    this.#last = sig_hash;
    this.#hash(row);
  }

  end(): { rows: number; unproved: number } {
    const cut = [...this.#waiting, ...this.#open.map(({ said }) => said)];
    const first = cut.sort((a, b) => a.entries - b.entries)[0];
    if (first !== undefined) this.#tell('truncated', null, { checkpoint: first.checkpoint });
    return { rows: this.#rows, unproved: Math.max(0, this.#at - this.#proved) };
  }

  #hash(row: ChainRow): void {
    const begins = ({ since, entries }: Said) => (since ?? entries) <= this.#at;
    for (const said of this.#waiting.filter(begins))
      this.#open.push({ said, digest: new RowsDigest() });
    this.#waiting = this.#waiting.filter((said) => !begins(said));
    for (const { digest } of this.#open) digest.add(row);
    for (const { said, digest } of this.#open.filter(
      ({ said: { entries } }) => entries <= this.#at,
    ))
      this.#close(said, digest);
    this.#open = this.#open.filter(({ said: { entries } }) => entries > this.#at);
  }

  #close(said: Said, digest: RowsDigest): void {
    const { since, entries, checkpoint } = said;
    const good = said.last_sig === this.#last && (said.digest ?? digest.value) === digest.value;
    if (!good) this.#tell('edited', null, { span: [since ?? entries, entries], checkpoint });
    if (since !== null) this.#proved += entries - since + 1;
  }

  #tell(kind: FaultKind, id: string | null, more: Partial<ProofFault> = {}): void {
    this.#found({ ...this.place, kind, id, ...more });
  }
}

/** Checkpoints that don't name the one before them, or are missing between others. */
export function faultsOfLine(
  files: readonly CheckpointFile[],
  first: number,
): CheckpointLineFault[] {
  const faults: CheckpointLineFault[] = [];
  let expected = first;
  let prev: string | null = first === 1 ? '' : null;
  for (const file of files) {
    for (; expected < file.number; expected += 1) {
      faults.push({ checkpoint: expected, kind: 'deleted' });
      prev = null;
    }
    if (prev !== null && file.prev !== prev)
      faults.push({ checkpoint: file.number, kind: 'rewritten' });
    prev = hashOf(file.organization_id, file);
    expected = file.number + 1;
  }
  return faults;
}

/** The name of a checkpoint out of a file. */
export const hashOfFile = (file: CheckpointFile): string =>
  hashOf(file.organization_id, file as Omit<Checkpoint, 'at'> & { at: string });
