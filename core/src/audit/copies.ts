import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  auditKeys,
  type Checkpoint,
  type CheckpointFault,
  checkpointOf,
  checkpointsAfter,
  type Database,
  fileIn,
  fileOf,
  hashOf,
  hashOfFile,
  listsOf,
} from '../data/index.ts';

/** In one look; the rest follows with the next. */
const MOST_COPIES = 100;

/** Copies of checkpoints in a folder, where another machine or disk may stand behind. */
export interface Copies {
  readonly db: Database;
  readonly folder: string;
  readonly organizationId: string;
}

/** Writes the checkpoints that have no copy yet. What could not be written comes with the next look. */
export async function copyOut(copies: Copies): Promise<void> {
  const { db, folder, organizationId } = copies;
  await mkdir(folder, { recursive: true });
  const { shared } = await standingOf(copies);
  for (const checkpoint of await db.read(organizationId, (tx) =>
    checkpointsAfter(tx, shared, MOST_COPIES),
  ))
    await writeCopy(copies, checkpoint);
}

/**
 * What the copies show of our own checkpoints: that those after the last shared one are gone, and those
 * that were made anew, of which another stands in the folder for good.
 */
export async function faultsOfCopies(copies: Copies): Promise<CheckpointFault[]> {
  await mkdir(copies.folder, { recursive: true });
  const { shared, highest, rewritten } = await standingOf(copies);
  const faults = rewritten.map((checkpoint) => ({ checkpoint, kind: 'rewritten' as const }));
  if (highest <= shared || rewritten.includes(shared + 1)) return faults;
  const ours = await ourHash(copies, shared + 1);
  return [...faults, { checkpoint: shared + 1, kind: ours === null ? 'deleted' : 'rewritten' }];
}

interface Standing {
  /** The newest copy that is what we have under its number: it names all before it. */
  readonly shared: number;
  /** The newest copy of all. */
  readonly highest: number;
  /** Numbers of which several copies are there, and one is not what we have. */
  readonly rewritten: readonly number[];
}

async function standingOf(copies: Copies): Promise<Standing> {
  const there = await hashesIn(copies);
  let [shared, highest] = [0, 0];
  const rewritten: number[] = [];
  for (const number of [...there.keys()].sort((a, b) => b - a)) {
    const reads = there.get(number) ?? [];
    if (shared > 0 && reads.length < 2) continue;
    // A file that can't be read is no copy: it proves nothing against us.
    const hashes = (await Promise.all(reads.map((read) => read()))).filter((hash) => hash !== null);
    if (hashes.length > 0 && highest === 0) highest = number;
    const ours = await ourHash(copies, number);
    if (shared === 0 && ours !== null && hashes.includes(ours)) shared = number;
    if (reads.length > 1 && hashes.some((hash) => hash !== ours)) rewritten.push(number);
  }
  return { shared, highest, rewritten: rewritten.sort((a, b) => a - b) };
}

async function hashesIn({ folder, organizationId }: Copies) {
  const prefix = prefixOf(organizationId);
  const named = (await readdir(folder)).flatMap((name) => {
    const number = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : 0;
    return number > 0 ? [{ number, read: () => hashIn(join(folder, name), organizationId) }] : [];
  });
  const found = new Map<number, (() => Promise<string | null>)[]>();
  for (const { number, read } of named) found.set(number, [...(found.get(number) ?? []), read]);
  return found;
}

async function hashIn(path: string, organizationId: string): Promise<string | null> {
  try {
    const file = fileIn(JSON.parse(await readFile(path, 'utf8')));
    return file?.organization_id === organizationId ? hashOfFile(file) : null;
  } catch {
    return null;
  }
}

const ourHash = ({ db, organizationId }: Copies, number: number): Promise<string | null> =>
  db.read(organizationId, async (tx) => {
    const checkpoint = await checkpointOf(tx, number);
    return checkpoint === null ? null : hashOf(organizationId, checkpoint);
  });

async function writeCopy(
  { db, folder, organizationId }: Copies,
  checkpoint: Checkpoint,
): Promise<void> {
  const { number } = checkpoint;
  const file = await db.read(organizationId, async (tx) =>
    fileOf(organizationId, checkpoint, await listsOf(tx, number), await auditKeys(tx)),
  );
  const name = `${prefixOf(organizationId)}${number}`;
  const text = `${JSON.stringify(file)}\n`;
  try {
    await writeNew(join(folder, `${name}.json`), text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Another stands there: it stays, and this one stands beside it.
    const hash = hashOf(organizationId, checkpoint).slice(0, 8);
    await writeNew(join(folder, `${name}.${hash}.json`), text);
  }
}

/** Never over one that is there: a copy that can be written anew proves nothing. */
const writeNew = (path: string, text: string) => writeFile(path, text, { flag: 'wx' });

const prefixOf = (organizationId: string) => `checkpoint-${organizationId.slice(0, 8)}-`;
