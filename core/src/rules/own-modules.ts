import { blocksNamedIn } from '@qoida/dsl';
import { conflict, invalid } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { id, text } from '../api/fields.ts';
import type { OperationDef, RunContext } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { keepText } from './drafts.ts';
import { rulesPublished } from './events.ts';
import { voidProposals } from './open-proposals.ts';
import { EDITORS } from './people.ts';
import { ruleDraft, ruleModule } from './records.ts';
import { tellRules } from './spread.ts';
import { hashText, insertVersion, latestVersion, versionOf } from './store.ts';

const MODULE_NAME = /^[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)*$/;

/** @throws Refusal module_name, for one that is no name of a module of the plant's own */
export function refuseOddName(module: string): void {
  if (!MODULE_NAME.test(module) || module.length > 200)
    throw invalid('module_name', `${module} can't be the name of a module`, { module });
}

/** What a module says that has no rules. */
export const emptyText = (module: string): string => `module ${module}\n`;

/** Makes a module without rules, or brings one back that was removed. It decides nothing yet. */
export async function makeModule(
  { db, actor }: Pick<RunContext<never, never>, 'db' | 'actor'>,
  module: string,
): Promise<RowOf<typeof ruleModule>> {
  const found = await db.of(ruleModule).find({ module }, { lock: true });
  const row = found ?? (await db.of(ruleModule).insert({ module, plugin: '', shipped_hash: '' }));
  const version = (await latestVersion(db, row.id)) + 1;
  await insertVersion(db, row.id, {
    version,
    text: emptyText(module),
    note: 'a new module',
    author: actor.name,
    author_id: actor.id,
  });
  await tellRules(db);
  return db.of(ruleModule).update(row.id, { removed: false, published_version: version });
}

/** Modules that the plant makes itself, beside those that plugins ship. */
export function ownModuleOperations(): OperationDef[] {
  return [
    operation({
      name: 'rules.create_module',
      http: 'POST /rules/modules',
      summary: { uz: 'Yangi qoida moduli', ru: 'Новый модуль правил', en: 'New rule module' },
      roles: EDITORS,
      effect: 'record',
      input: {
        name: text({ maxLength: 200, pattern: MODULE_NAME.source }),
      },
      emits: [rulesPublished],
      async run(context) {
        const { db, input, actor } = context;
        const found = await db.of(ruleModule).find({ module: input.name }, { lock: true });
        if (found !== null && !found.removed)
          throw conflict('module_exists', `There is a module ${input.name} already`, {
            module: input.name,
          });
        const { id: made, published_version: version } = await makeModule(context, input.name);
        await context.emit(rulesPublished, {
          module: input.name,
          version,
          changes: [],
          loosened: [],
          author: actor.name,
        });
        return { id: made, module: input.name, version, hash: hashText(emptyText(input.name)) };
      },
    }),
    operation({
      name: 'rules.remove_module',
      http: 'DELETE /rules/modules/:module',
      summary: { uz: 'Modulni olib tashlash', ru: 'Убрать модуль', en: 'Remove a module' },
      roles: EDITORS,
      effect: 'record',
      input: { module: id('rule_module') },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      async run({ db, facts, actor }) {
        const { module } = facts;
        if (module.plugin !== '')
          throw conflict(
            'module_shipped',
            `${module.module} belongs to the plugin ${module.plugin}`,
            {
              plugin: module.plugin,
            },
          );
        const draft = await db.of(ruleDraft).find({ module_id: module.id });
        const { text: published } = await versionOf(db, module, module.published_version);
        const blocks = blocksNamedIn(draft?.text ?? published).concat(blocksNamedIn(published));
        // Its rules go the way of every change first: checked, with a note and a version.
        if (blocks.length > 0)
          throw conflict('module_not_empty', `${module.module} still has rules`, {
            blocks: [...new Set(blocks.map(({ kind, name }) => `${kind} ${name}`))],
          });
        if (draft !== null) {
          // It has no rules, but somebody's notes may be all that it is.
          await keepText(db, draft, actor.name);
          await db.of(ruleDraft).remove(draft.id);
        }
        await voidProposals(db, module.id, 'version_changed');
        await db.of(ruleModule).update(module.id, { removed: true });
        return { module: module.module, removed: true };
      },
    }),
  ];
}
