import { readFileSync } from 'node:fs';
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
}

/** Reads a plugin's rule files; the module's name is the one in its text. */
export function readShipped(plugin: string, files: readonly URL[]): ShippedModule[] {
  return files.map((file) => {
    const text = readFileSync(file, 'utf8');
    const module = moduleNamedIn(text);
    if (module === undefined) throw new Error(`${file.pathname} has no line "module NAME"`);
    return { plugin, module, text };
  });
}

/** A plugin ships rules that don't compile: they can't guard anything, so the platform doesn't start with them. */
export class ShippedRulesError extends Error {
  constructor(module: string, faults: readonly string[]) {
    super(`The rules ${module} of a plugin don't compile:\n  ${faults.join('\n  ')}`);
    this.name = 'ShippedRulesError';
  }
}

interface Update extends ShippedModule {
  readonly row: RowOf<typeof ruleModule>;
  readonly hash: string;
}

/**
 * Brings shipped modules into the store. Modules that nobody edited follow the plugin's new texts, all
 * together; an edited one stays as the plant has it. New texts that don't compile with the rest are not taken.
 * @returns names of modules whose shipped text was not taken, for a person to look at
 * @throws ShippedRulesError for a new module that doesn't compile
 */
export async function syncShipped(
  tx: Tx,
  shipped: readonly ShippedModule[],
  runtime: RuleRuntime,
): Promise<string[]> {
  const updates: Update[] = [];
  const edited: string[] = [];
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
      else if (current.hash === row.shipped_hash) updates.push({ ...entry, row, hash });
      else {
        // Told once: from now on this is the plugin's text that the plant has decided against.
        await tx.of(ruleModule).update(row.id, { shipped_hash: hash });
        edited.push(entry.module);
      }
    }
  }
  const taken = await follow(tx, updates, runtime);
  await tellRules(tx);
  return taken ? edited : [...edited, ...updates.map(({ module }) => module)];
}

async function addModule(
  tx: Tx,
  { plugin, module, text }: ShippedModule,
  faults: readonly string[],
): Promise<void> {
  if (faults.length > 0) throw new ShippedRulesError(module, faults);
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

/** Publishes a plugin's new texts. @returns false, with nothing changed, when they would break something */
async function follow(tx: Tx, updates: readonly Update[], runtime: RuleRuntime): Promise<boolean> {
  if (updates.length === 0) return true;
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
  )
    return false;
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
  return true;
}
