import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './exit.ts';

interface Imported {
  readonly files?: readonly {
    readonly path: string;
    readonly module: string;
    readonly version: number;
    readonly changed: boolean;
    /** The version that said the same before. */
    readonly earlier: number | null;
    /** There is no such module yet. */
    readonly added: boolean;
    readonly changes: readonly { readonly text: string; readonly effect: string }[];
    readonly loosened: readonly { readonly guard: string; readonly how: string }[];
  }[];
  readonly diagnostics?: readonly {
    code: string;
    severity: string;
    file: string;
    message: string;
  }[];
  readonly tests?: {
    readonly passed: number;
    readonly failed: number;
    readonly items: readonly { title: string; passed: boolean; reasons: readonly string[] }[];
  };
  readonly modules?: readonly { readonly module: string; readonly version?: number }[];
  readonly pending_confirmation?: boolean;
}
interface ImportOptions {
  readonly drafts?: boolean;
  readonly publish?: boolean;
  readonly note?: string;
  readonly accept: readonly string[];
}

const gather = (value: string, before: readonly string[]) => [...before, value];

/** `qoida rule export DIR` and `qoida rule import DIR` on the running platform. */
export function addRuleFileCommands(
  rule: Command,
  connection: () => Promise<Connection>,
  print: (text: string) => void,
): void {
  rule
    .command('export')
    .argument('<folder>', 'where the files go; those of the same name are replaced')
    .description('write the published rules as files, one a module (the platform must be running)')
    .action(async (folder: string) => {
      const { files } = (await (await connection()).call('GET', '/rules/files')) as {
        files: readonly { path: string; text: string }[];
      };
      for (const { path, text } of files) {
        const target = inside(folder, path);
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, text);
      }
      print(`${files.length} module(s) written to ${folder}`);
    });
  rule
    .command('import')
    .argument('<folder>', 'rule files (.qoida), at any depth')
    .option('--drafts', 'keep what differs as drafts')
    .option('--publish', 'put what differs into force, all of it together')
    .option('--note <text>', 'what changed, and why; needed with --publish')
    .option(
      '--accept <gate>',
      'a gate that may be removed or loosened; may be given again',
      gather,
      [],
    )
    .description(
      'tell what rule files would change on the running platform; with --drafts or --publish do it',
    )
    .action(async (folder: string, options: ImportOptions) => {
      const mode = modeOf(options);
      const files = filesIn(folder);
      if (files.length === 0) throw new CommandError(`${folder} has no .qoida file`, EXIT.usage);
      const api = await connection();
      const seen = (await api.call('POST', '/rules/files', {
        files,
        mode: 'check',
        lang: 'en',
      })) as Imported;
      tell(seen, print);
      if (isFaulty(seen)) throw new CommandError('Nothing was changed: mend the files first');
      if (mode === 'check' || !seen.files?.some(({ changed }) => changed)) return;
      const looked = new Map(seen.files.map(({ path, version }) => [path, version]));
      const done = (await api.call('POST', '/rules/files', {
        // What was told is what is done, or nothing is.
        files: files.map((file) => ({ ...file, base_version: looked.get(file.path) })),
        mode,
        accepts: options.accept,
        ...(options.note === undefined ? {} : { note: options.note }),
      })) as Imported;
      if (mode === 'drafts') print('kept as drafts');
      else if (done.pending_confirmation === true) print('proposed: another person has to confirm');
      else
        for (const { module, version } of done.modules ?? [])
          print(`${module} is at version ${version}`);
    });
}

function modeOf({ drafts, publish, note }: ImportOptions): 'check' | 'drafts' | 'publish' {
  if (drafts && publish) throw new CommandError('Say --drafts or --publish, not both', EXIT.usage);
  if (publish && (note ?? '').trim() === '')
    throw new CommandError('Say why with --note when you publish', EXIT.usage);
  return publish ? 'publish' : drafts ? 'drafts' : 'check';
}

/** @throws CommandError for a path that leads out of the folder */
function inside(folder: string, path: string): string {
  const target = resolve(folder, path);
  if (target.startsWith(resolve(folder) + sep)) return target;
  throw new CommandError(`${path} leads out of ${folder}`);
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws Error for bytes that are no text: they would come back as others */
function textOf(file: string): string {
  try {
    return UTF8.decode(readFileSync(file));
  } catch (error) {
    throw error instanceof TypeError ? new Error(`${file} is not written in UTF-8`) : error;
  }
}

function filesIn(folder: string): { path: string; text: string }[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.qoida'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => ({
        path: relative(folder, file).replaceAll(sep, '/'),
        text: textOf(file),
      }));
  } catch (error) {
    throw new CommandError(`${folder} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
}

const isFaulty = ({ diagnostics = [], tests }: Imported): boolean =>
  (tests?.failed ?? 0) > 0 || diagnostics.some(({ severity }) => severity === 'error');

function tell({ files = [], diagnostics = [], tests }: Imported, print: (text: string) => void) {
  for (const file of files.filter(({ changed }) => changed)) {
    const { module, version, added, earlier, changes, loosened } = file;
    print(added ? `${module} (a new module)` : module);
    if (earlier !== null)
      print(`  the file has the text of version ${earlier}, in force is version ${version}`);
    for (const { text, effect } of changes)
      print(`  ${text}${effect === 'same' ? '' : ` [${effect}]`}`);
    for (const { guard, how } of loosened) print(`  needs --accept ${guard} (${how})`);
  }
  for (const { code, severity, file, message } of diagnostics)
    print(`${severity} ${code} ${file}: ${message}`);
  for (const { title, reasons } of (tests?.items ?? []).filter(({ passed }) => !passed))
    print(`FAIL ${title}: ${reasons.join('; ')}`);
  const changed = files.filter((file) => file.changed).length;
  print(`${files.length} file(s), ${changed} differ from what is in force`);
}
