import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { canonicalJson } from '../data/canonical.ts';
import type { Connection } from './connection.ts';
import { CommandError, EXIT } from './exit.ts';
import { checkMoment, momentsOf } from './moment.ts';
import { csvOf, type Item, itemLine, type Rehearsal, told } from './rehearse-words.ts';

interface Options {
  readonly from: string;
  readonly to?: string;
  readonly module: readonly string[];
  readonly draft: readonly string[];
  readonly json?: boolean;
  readonly items?: boolean;
  readonly csv?: string;
  readonly strict?: boolean;
}

export interface RehearseOutput {
  print(text: string): void;
  /** Shows progress in place; nothing where nobody looks. */
  progress(text: string): void;
}

const ASK_MS = 200;
const PAGE = 200;
const gather = (value: string, before: readonly string[]) => [...before, value];

/** `qoida rehearse --from D [--to D] [--module m=file]… [--draft m]… [--json] [--items] [--csv file] [--strict]`. */
export function addRehearseCommand(
  program: Command,
  connection: () => Promise<Connection>,
  output: RehearseOutput,
): void {
  program
    .command('rehearse')
    .description(
      'run rules against what was recorded and tell what would have come out otherwise; no effect leaves (the platform must be running)',
    )
    .requiredOption(
      '--from <moment>',
      'from this day of the plant or moment on, e.g. 2025-09-01',
      checkMoment,
    )
    .option('--to <moment>', 'up to this day or moment, itself not; now when left out', checkMoment)
    .option('--module <module=file>', 'a text in place of a module; may be given again', gather, [])
    .option('--draft <module>', 'the saved draft of a module; may be given again', gather, [])
    .option(
      '--json',
      'the result as canonical JSON: the same records and rules give the same bytes',
    )
    .option('--items', 'also every difference, one a line')
    .option('--csv <file>', 'writes the differences into a file; who took them is in the audit')
    .option(
      '--strict',
      'exit code 1 when the draft, or without one the rules in force, make a difference',
    )
    .action(async (options: Options) => {
      const modules = [
        ...options.module.map(readModule),
        ...options.draft.map((module) => ({ module })),
      ];
      const api = await connection();
      const [from, to] = await momentsOf(api, [options.from, options.to]);
      const input = { from, ...(to === undefined ? {} : { to }), modules };
      const { id } = (await api.call('POST', '/rules/rehearse', input)) as Rehearsal;
      const ended = await watch(api, id, output);
      if (ended.result === null)
        throw new CommandError(
          `The rehearsal ${ended.state}${ended.error ? `: ${ended.error}` : ''}`,
        );
      if (options.json) output.print(canonicalJson(ended.result));
      else for (const line of told(ended)) output.print(line);
      if (options.items) await printItems(api, id, options, output);
      if (options.csv !== undefined) await writeCsv(api, id, options.csv);
      // With a draft it is the draft that is judged, not what has changed since.
      const { figures, by_draft } = ended.result;
      const differs = Object.values(modules.length > 0 ? by_draft : figures).some(Boolean);
      if (options.strict && differs) process.exitCode = EXIT.failed;
    });
}

/** Waits for the end; Ctrl-C cancels it on the platform too. */
async function watch(api: Connection, id: string, output: RehearseOutput): Promise<Rehearsal> {
  const cancel = () =>
    void api.call('POST', `/rules/rehearsals/${id}/cancel`, {}).catch(() => undefined);
  process.once('SIGINT', cancel);
  try {
    for (;;) {
      const found = (await api.call('GET', `/rules/rehearsals/${id}`)) as Rehearsal;
      if (!['waiting', 'running'].includes(found.state)) {
        output.progress('');
        return found;
      }
      output.progress(bar(found));
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
  } finally {
    process.off('SIGINT', cancel);
  }
}

const WIDTH = 30;

function bar({ state, progress: { phase, done, total } }: Rehearsal): string {
  if (state === 'waiting') return 'waits for another rehearsal';
  const part = total === 0 ? 0 : Math.min(1, done / total);
  const full = Math.round(part * WIDTH);
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${Math.floor(part * 100)} % ${phase} ${done}/${total}`;
}

async function printItems(
  api: Connection,
  id: string,
  { json }: Options,
  { print }: RehearseOutput,
): Promise<void> {
  for (let page = 1; ; page += 1) {
    const { items, total } = (await api.call(
      'GET',
      `/rules/rehearsals/${id}/items?page=${page}&page_size=${PAGE}`,
    )) as { items: Item[]; total: number };
    for (const item of items) print(json ? canonicalJson(item) : itemLine(item));
    if (page * PAGE >= total) return;
  }
}

async function writeCsv(api: Connection, id: string, file: string): Promise<void> {
  const taken = (await api.call('POST', `/rules/rehearsals/${id}/export`, {})) as {
    items: Item[];
    names: Readonly<Record<string, string>>;
    exported_by: string;
    exported_at: string;
  };
  try {
    writeFileSync(file, csvOf(taken.items, taken.names, taken));
  } catch (error) {
    throw new CommandError(`${file} can't be written: ${(error as Error).message}`, EXIT.usage);
  }
}

function readModule(given: string): { module: string; text: string } {
  const at = given.indexOf('=');
  if (at < 1)
    throw new CommandError(
      `"${given}" is not module=file, e.g. factory.balance=balance.qoida`,
      EXIT.usage,
    );
  const file = given.slice(at + 1);
  try {
    return { module: given.slice(0, at), text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new CommandError(`${file} can't be read: ${(error as Error).message}`, EXIT.usage);
  }
}
