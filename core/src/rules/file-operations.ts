import { moduleNamedIn } from '@qoida/dsl';
import { conflict, invalid } from '../api/errors.ts';
import { integer, list, object, oneOf, text } from '../api/fields.ts';
import type { OperationDef, Tx } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { refuseTwice } from './authoring.ts';
import { checkTexts } from './checking.ts';
import { ruleText } from './draft-operations.ts';
import { type DraftContext, saveDraft } from './drafts.ts';
import { rulesPublished } from './events.ts';
import { toldOf } from './meaning.ts';
import { emptyText, makeModule, refuseOddName } from './own-modules.ts';
import { EDITORS } from './people.ts';
import type { PublishContext, Publisher } from './publisher.ts';
import { ruleDraft, ruleModule } from './records.ts';
import type { RuleRuntime } from './runtime.ts';
import { hashText, versionOf } from './store.ts';

/** `factory.balance` is kept as `factory/balance.qoida`. */
export const pathOf = (module: string): string => `${module.replaceAll('.', '/')}.qoida`;

interface Incoming {
  readonly path: string;
  readonly name: string;
  /** Nothing where there is no such module yet. */
  readonly module: RowOf<typeof ruleModule> | null;
  readonly text: string;
  readonly standing: string;
  /** The version that was looked at; null where nobody says. */
  readonly looked: number | null;
}

/** What is in force at once: where a module is not there yet, nothing is. */
const standingVersion = ({ module }: Pick<Incoming, 'module'>): number =>
  module?.published_version ?? 0;

/** Rules as files and folders, so that a plant can keep them where it keeps its other texts. */
export function fileOperations(
  runtime: Pick<RuleRuntime, 'catalog' | 'check'>,
  publisher: Publisher,
): OperationDef[] {
  return [
    operation({
      name: 'rules.export',
      http: 'GET /rules/files',
      summary: { uz: 'Qoidalarni fayl qilib olish', ru: 'Выгрузить правила', en: 'Export rules' },
      roles: '*',
      effect: 'read',
      input: {},
      async run({ db }) {
        const rows = await db.sql<{ module: string; version: number; text: string; hash: string }>(
          `select m.module, v.version, v.text, v.hash from rule_modules m
             join rule_versions v on v.module_id = m.id and v.version = m.published_version
            where not m.removed order by m.module`,
        );
        return { files: rows.map((row) => ({ path: pathOf(row.module), ...row })) };
      },
    }),
    operation({
      name: 'rules.import',
      http: 'POST /rules/files',
      status: 200,
      summary: { uz: 'Qoidalarni fayldan olish', ru: 'Загрузить правила', en: 'Import rules' },
      roles: EDITORS,
      effect: 'record',
      input: {
        files: list(
          object({
            path: text({ maxLength: 500 }),
            text: ruleText(),
            /** The version that a check has told; with another in force by now nothing is done. */
            base_version: integer({ min: 0 }).optional(),
          }),
          { min: 1, max: 200 },
        ),
        /** `check` tells what would change; `drafts` keeps drafts; `publish` puts all into force together. */
        mode: oneOf('check', 'drafts', 'publish').default('check'),
        note: text({ maxLength: 1000, pattern: '\\S' }).default('imported from files'),
        accepts: list(text({ maxLength: 200 })).default([]),
        lang: oneOf('uz', 'ru', 'en').optional(),
      },
      emits: [rulesPublished],
      async run(context) {
        const { db, input, actor } = context;
        const incoming = await incomingOf(db, input.files);
        const changed = incoming.filter(
          (entry) => entry.module === null || entry.text !== entry.standing,
        );
        if (input.mode !== 'check') refuseStale(changed);
        const earlier = await earlierVersions(db, changed);
        const told = await toldOf(
          db,
          incoming.map(({ name, standing, text: after }) => ({
            module: name,
            before: standing,
            after,
          })),
          input.lang ?? actor.locale,
        );
        const files = incoming.map((entry, i) => ({
          path: entry.path,
          module: entry.name,
          version: standingVersion(entry),
          /** The version that said the same before: to publish it is to go back. */
          earlier: changed.includes(entry) ? (earlier.get(entry.name) ?? null) : null,
          added: entry.module === null,
          changed: changed.includes(entry),
          ...told[i],
        }));
        if (changed.length === 0) return { mode: input.mode, files, published: [] };
        if (input.mode === 'publish') {
          const { note, accepts } = input;
          const wanted = [];
          for (const entry of changed) {
            const module = await moduleFor(context, entry);
            // A module begins with this text: there is nothing to publish in it.
            if (entry.module === null && entry.text === emptyText(entry.name)) continue;
            const baseVersion = module.published_version;
            const restoredFrom = earlier.get(entry.name) ?? null;
            wanted.push({ module, text: entry.text, baseVersion, note, accepts, restoredFrom });
          }
          if (wanted.length === 0) return { mode: input.mode, files, published: [] };
          return publisher.publish(context as PublishContext, wanted);
        }
        const texts = new Map(changed.map((entry) => [entry.name, entry.text]));
        const { diagnostics, tests } = await checkTexts(db, runtime, texts);
        if (input.mode === 'drafts')
          for (const entry of changed)
            await keepDraft(context, await moduleFor(context, entry), entry.text);
        return { mode: input.mode, files, diagnostics, tests };
      },
    }),
  ];
}

/** @throws Refusal module_unnamed, module_name, module_twice */
async function incomingOf(
  db: Tx,
  files: readonly {
    readonly path: string;
    readonly text: string;
    readonly base_version: number | null;
  }[],
): Promise<readonly Incoming[]> {
  const named = files.map((file) => {
    const name = moduleNamedIn(file.text);
    if (name === undefined)
      throw invalid('module_unnamed', `${file.path} has no line "module NAME"`, {
        path: file.path,
      });
    return { ...file, name };
  });
  named.sort((a, b) => (a.name < b.name ? -1 : 1));
  refuseTwice(named.map(({ name }) => name));
  const incoming: Incoming[] = [];
  // In one order, whoever publishes: two imports never wait for each other.
  for (const { path, text: newText, name, base_version: looked } of named) {
    const found = await db.of(ruleModule).find({ module: name }, { lock: true });
    const module = found === null || found.removed ? null : found;
    if (module === null) refuseOddName(name);
    const standing =
      module === null
        ? emptyText(name)
        : (await versionOf(db, module, module.published_version)).text;
    incoming.push({ path, name, module, text: newText, standing, looked });
  }
  return incoming;
}

/** What was told is what is done: nobody's publication meanwhile is written over unseen. */
function refuseStale(entries: readonly Incoming[]): void {
  for (const entry of entries) {
    const { name, looked } = entry;
    const standing = standingVersion(entry);
    if (looked === null || looked === standing) continue;
    throw conflict('version_conflict', `${name} is at version ${standing} by now, not ${looked}`, {
      module: name,
      published_version: standing,
      base_version: looked,
    });
  }
}

/** Of texts that an earlier version had already: the latest of these. */
async function earlierVersions(
  db: Tx,
  entries: readonly Incoming[],
): Promise<ReadonlyMap<string, number>> {
  const known = entries.flatMap(({ name, module, text: newText }) =>
    module === null ? [] : [{ name, module: module.id, hash: hashText(newText) }],
  );
  if (known.length === 0) return new Map();
  const rows = await db.sql<{ name: string; version: number }>(
    `select e.name, max(v.version)::int as version
       from jsonb_to_recordset(?::jsonb) as e (name text, module uuid, hash text)
       join rule_versions v on v.module_id = e.module and v.hash = e.hash
      group by e.name`,
    [JSON.stringify(known)],
  );
  return new Map(rows.map(({ name, version }) => [name, version]));
}

const moduleFor = async (context: DraftContext, { module, name }: Incoming) =>
  module ?? makeModule(context, name);

/** @throws Refusal draft_conflict where somebody has a draft that says something else */
async function keepDraft(
  context: DraftContext,
  module: RowOf<typeof ruleModule>,
  newText: string,
): Promise<void> {
  const found = await context.db.of(ruleDraft).find({ module_id: module.id }, { lock: true });
  if (found?.text === newText) return;
  const baseVersion = module.published_version;
  await saveDraft(context, module, { text: newText, baseVersion, revision: null });
}
