import type { CheckpointFile } from '../data/index.ts';
import { hashOf } from '../data/index.ts';
import type { Connection } from './connection.ts';
import { CommandError } from './exit.ts';

export interface Teller {
  readonly print: (text: string) => void;
  readonly progress: (text: string) => void;
  readonly json: boolean;
}

/** What is told of a row, of a whole chain, or of some entries of one. */
interface RowFault {
  readonly id: string | null;
  readonly object_type: string;
  readonly object_id: string;
  readonly kind: string;
  readonly span?: readonly [number, number];
  readonly checkpoint?: number;
}
interface CheckpointFault {
  readonly checkpoint: number;
  readonly kind: string;
}

/** Names what is found as it is found, and counts. */
export class FaultsFound {
  readonly #teller: Teller;
  readonly #seen = new Set<string>();
  readonly #counts = { rows: 0, objects: 0, checkpoints: 0, copies: 0, faults: 0 };

  constructor(teller: Teller) {
    this.#teller = teller;
  }

  count(more: Partial<{ rows: number; objects: number; checkpoints: number; copies: number }>) {
    const counts = this.#counts;
    counts.rows += more.rows ?? 0;
    counts.objects += more.objects ?? 0;
    counts.checkpoints += more.checkpoints ?? 0;
    counts.copies += more.copies ?? 0;
  }

  /** Once each: several copies may show the same. */
  add(fault: RowFault | CheckpointFault): void {
    const { checkpoint: _, ...what } = fault as RowFault;
    const key = JSON.stringify('object_id' in fault ? what : fault);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#counts.faults += 1;
    this.#teller.print(this.#teller.json ? JSON.stringify(fault) : toldFault(fault));
  }

  tellProgress(): void {
    const { rows, objects } = this.#counts;
    this.#teller.progress(`… ${rows} rows of ${objects} objects checked`);
  }

  /** @returns how many faults there are */
  tellCounts(): number {
    const { rows, objects, checkpoints, copies, faults } = this.#counts;
    this.#teller.print(
      this.#teller.json
        ? JSON.stringify(this.#counts)
        : `${rows} row(s) of ${objects} object(s) and ${checkpoints} checkpoint(s) checked, ${copies} cop${copies === 1 ? 'y' : 'ies'} held against them: ${faults} fault(s)`,
    );
    return faults;
  }
}

const PAGE = 1_000;
/** A line of progress for so many pages. */
const TOLD_EVERY = 10;

/** Every chain and every checkpoint, a page at a time, so that a table of any size can be checked. */
export async function verifyLog(
  api: Connection,
  found: FaultsFound,
  { since }: { since?: string },
): Promise<void> {
  let turn = 0;
  for (let after: string | null = ''; after !== null; ) {
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(since === undefined ? {} : { from: since }),
      ...(after === '' ? {} : { after }),
    });
    const page = (await api.call('GET', `/audit/verify?${query}`)) as {
      checked: number;
      objects: number;
      faults: RowFault[];
      next: string | null;
    };
    found.count({ rows: page.checked, objects: page.objects });
    for (const fault of page.faults) found.add(fault);
    after = page.next;
    turn += 1;
    if (turn % TOLD_EVERY === 0) found.tellProgress();
  }
  for (let after: number | null = 0; after !== null; ) {
    const page = (await api.call('GET', `/audit/verify/checkpoints?after=${after}`)) as {
      checked: number;
      faults: CheckpointFault[];
      next: number | null;
    };
    found.count({ checkpoints: page.checked });
    for (const fault of page.faults) found.add(fault);
    after = page.next;
  }
}

/** What is wrong with a checkpoint by itself, in words. */
export const FILE_FAULTS = {
  not_a_checkpoint: 'this is no checkpoint of an audit log',
  signature_wrong: 'its signature does not fit: the copy was changed',
  root_wrong: 'the chains it names are not those it was signed over: the copy was changed',
  key_not_endorsed: 'its key does not lead back to the first one',
  key_not_trusted: 'its key does not lead back to one that you gave',
} as const;

const CHAINS = 500;

/** Holds copies that were kept elsewhere against the log: what our own checkpoints say may be forged too. */
export async function verifyCopies(
  api: Connection,
  found: FaultsFound,
  copies: readonly CheckpointFile[],
): Promise<void> {
  if (copies.length === 0) return;
  const { organization_id } = (await api.call('GET', '/audit/checkpoints?page_size=1')) as {
    organization_id: string;
  };
  for (const copy of copies) {
    if (copy.organization_id !== organization_id)
      throw new CommandError(
        `checkpoint ${copy.number} is of another organisation (${copy.organization_id})`,
      );
    found.count({ copies: 1 });
    const here = await ours(api, copy.number);
    if (here === null) found.add({ checkpoint: copy.number, kind: 'deleted' });
    else if (here !== hashOf(organization_id, copy))
      found.add({ checkpoint: copy.number, kind: 'rewritten' });
    for (let at = 0; at < copy.heads.length; at += CHAINS) {
      const chains = copy.heads
        .slice(at, at + CHAINS)
        .map((head) => [...head.slice(0, 4), copy.number]);
      const { faults } = (await api.call('POST', '/audit/verify/chains', { chains })) as {
        faults: RowFault[];
      };
      for (const fault of faults) found.add(fault);
    }
  }
}

/** Hash of our own checkpoint of that number; null when there is none any more. */
async function ours(api: Connection, number: number): Promise<string | null> {
  const page = (await api.call('GET', `/audit/verify/checkpoints?after=${number - 1}&limit=1`)) as {
    last: { number: number; hash: string } | null;
  };
  return page.last?.number === number ? page.last.hash : null;
}

function toldFault(fault: RowFault | CheckpointFault): string {
  if (!('object_id' in fault))
    return `checkpoint ${fault.checkpoint}: ${CHECKPOINT[fault.kind] ?? fault.kind}`;
  const { id, kind, object_type, object_id, span, checkpoint } = fault;
  const shown = checkpoint === undefined ? '' : ` (shown by checkpoint ${checkpoint})`;
  const place = `${object_type} ${object_id}`;
  if (span !== undefined)
    return `${entriesIn(span)} of ${place}: edited since checkpoint ${checkpoint} was signed`;
  const where = id === null ? place : `row ${id} of ${place}`;
  return `${where}: ${(id === null ? WHOLE : ROW)[kind] ?? kind}${shown}`;
}

const entriesIn = ([first, last]: readonly [number, number]): string =>
  first === last ? `entry ${first}` : `one of the entries ${first} to ${last}`;

const ROW: Readonly<Record<string, string>> = {
  edited: 'edited',
  deleted: 'deleted before this row',
  inserted: 'inserted',
  reordered: 'reordered',
};
const WHOLE: Readonly<Record<string, string>> = {
  deleted: 'deleted, nothing of it is left',
  truncated: 'truncated, its end was cut off or its head was changed',
};
const CHECKPOINT: Readonly<Record<string, string>> = {
  edited: 'edited',
  deleted: 'deleted, or the one before it is another',
  truncated: 'truncated: cut off at the end',
  inserted: 'inserted: signed with a key that is not ours',
  list_altered: 'the list of its chains was changed',
  key_altered: 'its key was changed',
  rewritten: 'rewritten: not the one that the copy shows',
};
