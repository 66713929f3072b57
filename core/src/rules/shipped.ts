import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { moduleNamedIn } from '@qoida/dsl';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { meaningsOf } from './meaning.ts';
import { voidProposals } from './open-proposals.ts';
import { ruleModule } from './records.ts';
import type { RuleRuntime } from './runtime.ts';
import { tellRules } from './spread.ts';
import { hashText, insertVersion, latestVersion, publishedModules, versionOf } from './store.ts';

/** A `.qoida` file as a plugin ships it. */
export interface ShippedModule {
  readonly plugin: string;
  readonly module: string;
  readonly text: string;
  /** Where the file is, for whoever has to mend it. */
  readonly file?: string;
}

/** What a plugin ships can guard nothing, so the platform doesn't start with it. */
export class ShippedRulesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ShippedRulesError';
  }
}

/**
 * Reads a plugin's rule files; the module's name is the one in its text.
 * @throws ShippedRulesError for a file that is not there or names no module
 */
export function readShipped(plugin: string, files: readonly URL[]): ShippedModule[] {
  return files.map((url) => {
    const file = fileURLToPath(url);
    const text = textOf(plugin, file);
    const module = moduleNamedIn(text);
    if (module === undefined)
      throw new ShippedRulesError(
        `The rules of the plugin ${plugin} in ${file} have no line "module NAME"`,
      );
    return { plugin, module, text, file };
  });
}

function textOf(plugin: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ShippedRulesError(
      `The rules of the plugin ${plugin} can't be read: ${(cause as Error).message}`,
    );
  }
}

/** One text of the two would put the other's gates out of force. */
function refuseSharedNames(shipped: readonly ShippedModule[]): void {
  const owners = new Map<string, ShippedModule>();
  for (const entry of shipped) {
    const other = owners.get(entry.module);
    if (other !== undefined)
      throw new ShippedRulesError(
        `Two rule files are called "module ${entry.module}": one of the plugin ${other.plugin}${placeOf(other)}, ` +
          `one of the plugin ${entry.plugin}${placeOf(entry)}. Give one of them another name`,
      );
    owners.set(entry.module, entry);
  }
}

const placeOf = ({ file }: ShippedModule) => (file === undefined ? '' : ` (${file})`);

/** A module whose shipped text was not taken, for a person to look at. */
export interface NotTaken {
  readonly module: string;
  /** The plant has a text of its own; or the new one, or another with it, doesn't compile. */
  readonly why: 'edited' | 'broken';
  /** What is wrong with the text that was not taken. */
  readonly faults: readonly string[];
}

interface Update extends ShippedModule {
  readonly row: RowOf<typeof ruleModule>;
  readonly hash: string;
}

/**
 * Brings shipped modules into the store. Modules that nobody edited follow the plugin's new texts, all
 * together; an edited one stays as the plant has it, and so does one that another plugin brought or the plant
 * made. New texts that don't compile with the rest are not taken.
 * @returns modules whose shipped text was not taken
 * @throws ShippedRulesError for a new module that doesn't compile, and for two of one name
 */
export async function syncShipped(
  tx: Tx,
  shipped: readonly ShippedModule[],
  runtime: RuleRuntime,
): Promise<NotTaken[]> {
  refuseSharedNames(shipped);
  const updates: Update[] = [];
  const edited: NotTaken[] = [];
  // Of two nodes that start at once with a new text, one brings it in.
  await tx.sql('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `qoida.rules shipped ${tx.organizationId}`,
  ]);
  // All of them at once: compiling a plant's rules again for each module takes minutes.
  let faults: ReadonlyMap<string, readonly string[]> | undefined;
  for (const entry of shipped) {
    const hash = hashText(entry.text);
    const row = await tx.of(ruleModule).find({ module: entry.module });
    if (row === null) {
      faults ??= runtime.faultsOf(
        shipped.map(({ module, text }) => ({ module, text, points: [] })),
      );
      await addModule(tx, entry, faults.get(entry.module) ?? []);
    } else if (row.shipped_hash !== hash) {
      const current = await versionOf(tx, row, row.published_version);
      if (current.hash === hash) await tx.of(ruleModule).update(row.id, { shipped_hash: hash });
      else if (current.hash === row.shipped_hash && row.plugin === entry.plugin)
        updates.push({ ...entry, row, hash });
      else {
        // Told once: from now on this is the plugin's text that the plant has decided against.
        await tx.of(ruleModule).update(row.id, { shipped_hash: hash });
        edited.push({ module: entry.module, why: 'edited', faults: [] });
      }
    }
  }
  const broken = await follow(tx, updates, runtime);
  await tellRules(tx);
  return [...edited, ...broken];
}

async function addModule(tx: Tx, entry: ShippedModule, faults: readonly string[]): Promise<void> {
  const { plugin, module, text } = entry;
  if (faults.length > 0)
    throw new ShippedRulesError(
      `The rules ${module} of the plugin ${plugin}${placeOf(entry)} don't compile:\n  ${faults.join('\n  ')}`,
    );
  const row = await tx
    .of(ruleModule)
    .insert({ module, plugin, shipped_hash: hashText(text), published_version: 1 });
  await insertVersion(tx, row.id, {
    version: 1,
    text,
    note: 'shipped with the plugin',
    author: 'system',
  });
}

/** Publishes a plugin's new texts. @returns all of them, with nothing changed, when they would break something */
async function follow(
  tx: Tx,
  updates: readonly Update[],
  runtime: RuleRuntime,
): Promise<NotTaken[]> {
  if (updates.length === 0) return [];
  const before = await publishedModules(tx);
  const newTexts = new Map(updates.map(({ module, text }) => [module, text]));
  const after = before.map((entry) => ({
    ...entry,
    text: newTexts.get(entry.module) ?? entry.text,
  }));
  const broken = new Set(runtime.compile(before).brokenModules);
  if (
    runtime
      .compile(after)
      .brokenModules.some((module) => newTexts.has(module) || !broken.has(module))
  ) {
    const faults = runtime.faultsOf(after);
    return updates.map(({ module }) => ({
      module,
      why: 'broken',
      faults: faults.get(module) ?? [],
    }));
  }
  const means = meaningsOf(
    updates.map(({ row, text }) => ({ module: row, text })),
    { before, after },
  );
  for (const [i, { row, text, hash }] of updates.entries()) {
    const version = (await latestVersion(tx, row.id)) + 1;
    await insertVersion(tx, row.id, {
      version,
      text,
      note: 'updated with the plugin',
      author: 'system',
      ...means[i],
    });
    await tx.of(ruleModule).update(row.id, { published_version: version, shipped_hash: hash });
    await voidProposals(tx, row.id, 'version_changed');
  }
  return [];
}
