import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  type CheckpointFile,
  faultOfFile,
  faultsOfLine,
  fileIn,
  hashOfFile,
  LogProof,
  type PlacedRow,
} from '../data/index.ts';
import { type FaultsFound, FILE_FAULTS } from './audit-verify.ts';
import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './exit.ts';

const FORMAT = 'qoida.audit.log.v1';

/** The first line of an exported log. */
interface Header {
  readonly format: string;
  readonly organization_id: string;
  readonly at: string;
  readonly by: string;
  readonly checkpoints: number;
}

/**
 * The whole log as lines of JSON: who took it along, every checkpoint, every row chain by chain, and at the
 * end how many there are, so that a file that was cut off shows.
 */
export async function* exportedLog(api: Connection): AsyncGenerator<string> {
  const header = (await api.call('POST', '/audit/exports', {})) as Header;
  yield JSON.stringify({ ...header, format: FORMAT });
  for (let number = 1; number <= header.checkpoints; number += 1)
    yield JSON.stringify({ checkpoint: await api.call('GET', `/audit/checkpoints/${number}`) });
  let rows = 0;
  for (let after: string | null = ''; after !== null; ) {
    const query: string = after === '' ? '' : `?${new URLSearchParams({ after })}`;
    const page = (await api.call('GET', `/audit/exports/rows${query}`)) as {
      items: PlacedRow[];
      next: string | null;
    };
    rows += page.items.length;
    for (const row of page.items) yield JSON.stringify({ row });
    after = page.next;
  }
  yield JSON.stringify({ end: { checkpoints: header.checkpoints, rows } });
}

interface Counts {
  readonly rows: number;
  readonly checkpoints: number;
}

export interface FileProof {
  /** Ids of keys that are known to be right; a checkpoint must lead back to one of them. */
  readonly trusted: readonly string[];
  /** Checkpoints that were kept elsewhere. */
  readonly copies: readonly CheckpointFile[];
}

/** What was proved of an exported log. */
export interface Proved {
  readonly header: Header;
  readonly rows: number;
  readonly unproved: number;
  readonly keys: readonly string[];
  readonly last: CheckpointFile | null;
}

/**
 * Proves an exported log by its checkpoints and their public keys: no platform, no database, no secret.
 * @throws CommandError for a file that is none, was cut off, or has a checkpoint that doesn't hold
 */
export async function proveFile(
  path: string,
  { trusted, copies }: FileProof,
  found: FaultsFound,
): Promise<Proved> {
  const lines = linesOf(path);
  const header = headerOf(path, (await lines.next()).value);
  const checkpoints: CheckpointFile[] = [];
  let proof: LogProof | null = null;
  let end = null as Counts | null;
  for await (const { text, number } of lines) {
    const line = parsed(path, number, text);
    if (end !== null) throw broken(path, number, 'it goes on after its end');
    if (line.checkpoint !== undefined && proof === null)
      checkpoints.push(checkpointOf(path, number, line.checkpoint, { trusted, header }));
    else if (line.row !== undefined) {
      proof ??= new LogProof(checkpoints, (fault) => found.add(fault));
      proof.add(rowOf(path, number, line.row));
    } else if (line.end !== undefined) end = line.end as Counts;
    else throw broken(path, number, 'it is none of a log');
  }
  proof ??= new LogProof(checkpoints, (fault) => found.add(fault));
  const { rows, unproved, objects } = proof.end();
  if (end === null || end.rows !== rows || end.checkpoints !== checkpoints.length)
    throw new CommandError(`${path} was cut off: its end is missing or counts otherwise`);
  for (const fault of faultsOfLine(checkpoints, 1)) found.add(fault);
  holdCopies(checkpoints, copies, header, found);
  found.count({ rows, objects, checkpoints: checkpoints.length });
  const keys = [...new Set(checkpoints.map(({ key_id }) => key_id))];
  return { header, rows, unproved, keys, last: checkpoints.at(-1) ?? null };
}

function holdCopies(
  checkpoints: readonly CheckpointFile[],
  copies: readonly CheckpointFile[],
  { organization_id }: Header,
  found: FaultsFound,
): void {
  for (const copy of copies) {
    if (copy.organization_id !== organization_id)
      throw new CommandError(
        `checkpoint ${copy.number} is of another organisation (${copy.organization_id})`,
      );
    found.count({ copies: 1 });
    const here = checkpoints.find(({ number }) => number === copy.number);
    if (here === undefined) found.add({ checkpoint: copy.number, kind: 'deleted' });
    else if (hashOfFile(here) !== hashOfFile(copy))
      found.add({ checkpoint: copy.number, kind: 'rewritten' });
  }
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** One line after the other: a log of any length is read. */
async function* linesOf(path: string): AsyncGenerator<Line, undefined> {
  const input = createReadStream(path, 'utf8');
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (text !== '') yield { text, number };
    }
  } catch (error) {
    throw new CommandError(`${path} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
}

function headerOf(path: string, line: Line | undefined): Header {
  const given = line === undefined ? {} : parsed(path, line.number, line.text);
  const { format, organization_id, checkpoints } = given as Partial<Header>;
  if (format === FORMAT && typeof organization_id === 'string' && Number.isSafeInteger(checkpoints))
    return given as unknown as Header;
  throw new CommandError(
    `${path} is no exported log; write one with "qoida audit export --log --out FILE"`,
    EXIT.usage,
  );
}

function parsed(path: string, number: number, text: string): Record<string, unknown> {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null) return line as Record<string, unknown>;
  } catch {
    // Told below, with the place.
  }
  throw broken(path, number, 'it is not JSON');
}

function checkpointOf(
  path: string,
  number: number,
  given: unknown,
  { trusted, header }: { trusted: readonly string[]; header: Header },
): CheckpointFile {
  const fault = faultOfFile(given, trusted);
  if (fault !== null) throw broken(path, number, `${FILE_FAULTS[fault]} (${fault})`);
  const file = fileIn(given) as CheckpointFile;
  if (file.organization_id === header.organization_id) return file;
  throw broken(path, number, `it is of another organisation (${file.organization_id})`);
}

function rowOf(path: string, number: number, given: unknown): PlacedRow {
  const row = given as Partial<PlacedRow> | null;
  const good =
    typeof row === 'object' &&
    row !== null &&
    [row.id, row.object_type, row.object_id, row.prev_sig, row.sig_hash].every(
      (text) => typeof text === 'string',
    ) &&
    Number.isSafeInteger(row.position) &&
    !Number.isNaN(new Date(row.ts ?? '').getTime());
  if (!good) throw broken(path, number, 'it is no row of a log');
  return row as PlacedRow;
}

const broken = (path: string, number: number, why: string) =>
  new CommandError(`${path}, line ${number}: ${why}`);
