import { readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { type CheckpointFile, faultOfFile, fileIn } from '../data/index.ts';
import { exportedLog, proveFile } from './audit-file.ts';
import { FaultsFound, FILE_FAULTS, verifyCopies, verifyLog } from './audit-verify.ts';
import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './exit.ts';
import { checkMoment, momentsOf } from './moment.ts';

interface Parts {
  readonly program: Command;
  readonly connection: () => Promise<Connection>;
  readonly print: (text: string) => void;
  /** Where progress goes, so that what is printed can be read by a program. */
  readonly progress: (text: string) => void;
}

interface Listed {
  readonly number: number;
  readonly at: string;
  readonly objects: number;
  readonly entries: number;
  readonly hash: string;
  readonly key_id: string;
}

/** `qoida audit checkpoint | export | verify | rotate-key` on the running platform; `check-file` without one. */
export function addAuditCommands({ program, connection, print, progress }: Parts): void {
  const audit = program
    .command('audit')
    .description('the audit log: its checkpoints and its proof (the platform must be running)');

  audit
    .command('checkpoint')
    .option('--out <file>', 'write it to this file, to be kept elsewhere; - for the terminal')
    .description('sign how far every chain has come; nothing is signed when nothing was written')
    .action(async ({ out }: { out?: string }) => {
      const api = await connection();
      const made: Listed[] = [];
      for (let more = true; more; ) {
        const answer = (await api.call('POST', '/audit/checkpoints', {})) as {
          checkpoint: Listed | null;
          unsigned: { object_type: string; object_id: string }[];
          more: boolean;
        };
        if (answer.checkpoint !== null) made.push(answer.checkpoint);
        for (const { object_type, object_id } of answer.unsigned) {
          progress(`not signed: ${object_type} ${object_id}, its end is not what was written`);
          process.exitCode = EXIT.failed;
        }
        more = answer.more;
      }
      for (const one of made) progress(told(one));
      if (made.length === 0) progress('nothing was written since the last checkpoint');
      if (out !== undefined)
        await write(
          api,
          made.map(({ number }) => number),
          out,
          print,
        );
    });

  audit
    .command('export')
    .option('--since <number>', 'from the checkpoint after this number on', '0')
    .option(
      '--log',
      'the whole log with all its checkpoints, to be proved by "audit verify --file"',
    )
    .requiredOption('--out <file>', 'a line for each; - for the terminal')
    .description('write checkpoints, or the whole log with them, to a file')
    .action(async ({ since, log, out }: { since: string; log?: boolean; out: string }) => {
      if (!/^\d{1,15}$/.test(since))
        throw new CommandError(`"${since}" is not the number of a checkpoint`, EXIT.usage);
      if (log === true && since !== '0')
        throw new CommandError('--log takes the whole log; leave --since out', EXIT.usage);
      const api = await connection();
      if (log === true) {
        const lines = await writeLines(exportedLog(api), out, print);
        return progress(`the log is written: ${lines} line(s)`);
      }
      const last = (await api.call('GET', '/audit/checkpoints?page_size=1')) as { items: Listed[] };
      const to = last.items[0]?.number ?? 0;
      const numbers = Array.from(
        { length: Math.max(0, to - Number(since)) },
        (_, at) => Number(since) + 1 + at,
      );
      await write(api, numbers, out, print);
      progress(`${numbers.length} checkpoint(s) written`);
    });

  audit
    .command('verify')
    .option(
      '--since <moment>',
      'only objects with an entry since this day of the plant or moment; each is checked as a whole',
      checkMoment,
    )
    .option('--file <file>', 'prove an exported log instead; no platform is needed')
    .option('--checkpoint <file...>', 'copies that were kept elsewhere, to be held against the log')
    .option('--key <id...>', 'ids of keys known to be right; a checkpoint must lead back to one')
    .option('--json', 'one JSON object a line: each fault, then the counts')
    .description(
      'check every chain and every checkpoint and name each row that was edited, deleted, inserted, reordered or cut off; exit code 1 when there is any',
    )
    .action(async (options: VerifyOptions) => {
      const copies = copiesOf(options.checkpoint ?? [], options.key ?? []);
      const found = new FaultsFound({ print, progress, json: options.json === true });
      if (options.file !== undefined) await proveAlone(options, copies, found, progress);
      else {
        const api = await connection();
        const [since] = await momentsOf(api, [options.since]);
        await verifyLog(api, found, since === undefined ? {} : { since });
        await verifyCopies(api, found, copies);
      }
      if (found.tellCounts() > 0) process.exitCode = EXIT.failed;
    });

  audit
    .command('check-file')
    .argument('<file...>', 'copies of checkpoints')
    .option('--key <id...>', 'ids of keys known to be right')
    .description('prove copies of checkpoints by themselves; no platform is needed')
    .action((files: string[], { key }: { key?: string[] }) => {
      for (const copy of copiesOf(files, key ?? []))
        print(
          `checkpoint ${copy.number} of ${copy.at}: ${copy.entries} entries of ${copy.objects} objects, key ${copy.key_id}`,
        );
    });

  audit
    .command('rotate-key')
    .description('make a new key for checkpoints; the present one vouches for it')
    .action(async () => {
      const api = await connection();
      const { key_id } = (await api.call('POST', '/audit/keys', {})) as { key_id: string };
      print(`the next checkpoint is signed with key ${key_id}; note this id elsewhere`);
    });
}

interface VerifyOptions {
  readonly since?: string;
  readonly file?: string;
  readonly checkpoint?: string[];
  readonly key?: string[];
  readonly json?: boolean;
}

/** An exported log, by its checkpoints alone: what it proves rests on the key. */
async function proveAlone(
  { file = '', since, key = [] }: VerifyOptions,
  copies: readonly CheckpointFile[],
  found: FaultsFound,
  progress: (text: string) => void,
): Promise<void> {
  if (since !== undefined)
    throw new CommandError('--since asks the platform; a file is proved as a whole', EXIT.usage);
  const { header, unproved, keys, last } = await proveFile(file, { trusted: key, copies }, found);
  progress(`exported by ${header.by} at ${header.at}, organisation ${header.organization_id}`);
  if (last === null) progress('no checkpoint is in it: nothing is proved');
  else progress(`proved up to checkpoint ${last.number} of ${last.at}`);
  if (last !== null && key.length === 0)
    progress(`signed with key ${keys.join(', ')}: hold this against what you noted elsewhere`);
  if (unproved > 0)
    progress(
      `${unproved} row(s) are under no checkpoint that proves them: they came after the last one, or are from before such checkpoints were made`,
    );
}

const told = ({ number, at, entries, objects, key_id }: Listed) =>
  `checkpoint ${number} of ${at}: ${entries} entries of ${objects} objects, key ${key_id}`;

async function write(
  api: Connection,
  numbers: readonly number[],
  out: string,
  print: (text: string) => void,
): Promise<void> {
  const lines: string[] = [];
  for (const number of numbers)
    lines.push(JSON.stringify(await api.call('GET', `/audit/checkpoints/${number}`)));
  if (out === '-') for (const line of lines) print(line);
  else if (lines.length > 0) writeFileSync(out, `${lines.join('\n')}\n`);
}

/** Lines as they come, so that a long file is never held as a whole. @returns how many */
async function writeLines(
  lines: AsyncIterable<string>,
  out: string,
  print: (text: string) => void,
): Promise<number> {
  let count = 0;
  const file = out === '-' ? null : await open(out, 'w');
  try {
    for await (const line of lines) {
      if (file === null) print(line);
      else await file.write(`${line}\n`);
      count += 1;
    }
  } finally {
    await file?.close();
  }
  return count;
}

/** Every copy in the files, each proved by itself. @throws CommandError for one that doesn't hold */
function copiesOf(paths: readonly string[], trusted: readonly string[]): CheckpointFile[] {
  return paths.flatMap((path) =>
    parsed(path).map((given) => {
      const fault = faultOfFile(given, trusted);
      if (fault !== null) throw new CommandError(`${path}: ${FILE_FAULTS[fault]} (${fault})`);
      return fileIn(given) as CheckpointFile;
    }),
  );
}

/** A JSON object a line, or one over several lines. @throws CommandError */
function parsed(path: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new CommandError(`${path} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
  try {
    return [JSON.parse(text)];
  } catch {
    try {
      return text.split('\n').map((line) => JSON.parse(line) as unknown);
    } catch {
      throw new CommandError(`${path} is not JSON`, EXIT.usage);
    }
  }
}
