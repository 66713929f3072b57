import { moduleNamedIn } from '@qoida/dsl';
import { invalid } from '../api/errors.ts';
import { list, object, oneOf, text } from '../api/fields.ts';
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
import { versionOf } from './store.ts';

/** `factory.balance` is kept as `factory/balance.qoida`. */
export const pathOf = (module: string): string => `${module.replaceAll('.', '/')}.qoida`;

interface Incoming {
  readonly path: string;
  readonly name: string;
  /** Nothing where there is no such module yet. */
  readonly module: RowOf<typeof ruleModule> | null;
  readonly text: string;
  readonly standing: string;
}

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
        files: list(object({ path: text({ maxLength: 500 }), text: ruleText() }), {
          min: 1,
          max: 200,
        }),
        /** `check` tells what would change; `drafts` keeps drafts; `publish` puts all into force together. */
        mode: oneOf('check', 'drafts', 'publish').default('check'),
        note: text({ maxLength: 1000 }).default('imported from files'),
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
          version: entry.module?.published_version ?? 0,
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
            const baseVersion = module.published_version;
            wanted.push({ module, text: entry.text, baseVersion, note, accepts });
          }
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
  files: readonly { readonly path: string; readonly text: string }[],
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
  for (const { path, text: newText, name } of named) {
    const found = await db.of(ruleModule).find({ module: name }, { lock: true });
    const module = found === null || found.removed ? null : found;
    if (module === null) refuseOddName(name);
    const standing =
      module === null
        ? emptyText(name)
        : (await versionOf(db, module, module.published_version)).text;
    incoming.push({ path, name, module, text: newText, standing });
  }
  return incoming;
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
