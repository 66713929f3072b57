import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { notFound } from '../api/errors.ts';
import type { Tx } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { ruleModule, ruleVersion } from './records.ts';
import type { RuleRuntime } from './runtime.ts';
import type { ModuleText } from './snapshot.ts';

/** A `.qoida` file as a plugin ships it. */
export interface ShippedModule {
  readonly plugin: string;
  readonly module: string;
  readonly text: string;
}

export const hashText = (text: string) => createHash('sha256').update(text).digest('hex');

/** Reads a plugin's rule files; the module's name is the one in its text. */
export function readShipped(plugin: string, files: readonly URL[]): ShippedModule[] {
  return files.map((file) => {
    const text = readFileSync(file, 'utf8');
    const module = /^\s*module\s+([\w.]+)/m.exec(text)?.[1];
    if (module === undefined) throw new Error(`${file.pathname} has no line "module NAME"`);
    return { plugin, module, text };
  });
}

/**
 * Brings shipped modules into the store. A module that nobody edited follows the plugin's new text;
 * an edited one stays as the plant has it.
 * @returns names of edited modules whose shipped text changed, for a person to look at
 */
export async function syncShipped(tx: Tx, shipped: readonly ShippedModule[], runtime: RuleRuntime): Promise<string[]> {
  const compiled = runtime.compile(shipped.map(({ module, text }) => ({ module, text, points: [] })));
  const differing: string[] = [];
  for (const { plugin, module, text } of shipped) {
    const hash = hashText(text);
    const points = pointsOf(compiled, module);
    const known = await tx.of(ruleModule).find({ module });
    if (known === null) {
      const row = await tx.of(ruleModule).insert({ module, plugin, shipped_hash: hash, published_version: 1 });
      await insertVersion(tx, row.id, { version: 1, text, points, note: 'shipped with the plugin', author: 'system' });
    } else if (known.shipped_hash !== hash) {
      const current = await versionOf(tx, known, known.published_version);
      if (current.hash === known.shipped_hash) {
        const version = (await latestVersion(tx, known.id)) + 1;
        await insertVersion(tx, known.id, { version, text, points, note: 'updated with the plugin', author: 'system' });
        await tx.of(ruleModule).update(known.id, { published_version: version });
      } else if (current.hash !== hash) {
        differing.push(module);
      }
      await tx.of(ruleModule).update(known.id, { shipped_hash: hash });
    }
  }
  return differing;
}

export interface NewVersion {
  readonly version: number;
  readonly text: string;
  readonly points: readonly string[];
  readonly note: string;
  readonly author: string;
  readonly author_id?: string | null;
}

export async function insertVersion(tx: Tx, moduleId: string, entry: NewVersion): Promise<void> {
  await tx.of(ruleVersion).insert({
    ...entry,
    author_id: entry.author_id ?? null,
    points: [...entry.points],
    module_id: moduleId,
    hash: hashText(entry.text),
  });
}

export async function latestVersion(tx: Tx, moduleId: string): Promise<number> {
  const rows = await tx.sql<{ version: number }>(
    'select coalesce(max(version), 0)::int as version from rule_versions where module_id = ?',
    [moduleId],
  );
  return rows[0]?.version ?? 0;
}

export async function versionOf(
  tx: Tx,
  module: RowOf<typeof ruleModule>,
  version: number,
): Promise<RowOf<typeof ruleVersion>> {
  const row = await tx.of(ruleVersion).find({ module_id: module.id, version });
  if (row === null) throw notFound('version', `${module.module} ${version}`);
  return row;
}

/** The published text of every module. */
export async function publishedModules(tx: Tx): Promise<ModuleText[]> {
  return tx.sql<{ module: string; text: string; points: string[] }>(
    `select m.module, v.text, v.points
       from rule_modules m join rule_versions v on v.module_id = m.id and v.version = m.published_version
      order by m.module`,
  );
}

export function pointsOf(snapshot: ReturnType<RuleRuntime['compile']>, module: string): string[] {
  const points = snapshot.program.gates
    .filter((gate) => gate.module === module)
    .flatMap((gate) => gate.points.map(({ point }) => point));
  return [...new Set(points)].sort();
}
