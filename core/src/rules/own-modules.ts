import { blocksNamedIn } from '@qoida/dsl';
import { conflict, invalid } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { id, integer, list, text } from '../api/fields.ts';
import {
  type OperationDef,
  operation,
  Reply,
  type RunContext,
  type Tx,
} from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { keepText } from './drafts.ts';
import { rulesPublished } from './events.ts';
import { voidProposals } from './open-proposals.ts';
import { EDITORS } from './people.ts';
import { single } from './publish-operations.ts';
import type { PublishContext, Publisher } from './publisher.ts';
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
export function ownModuleOperations(publisher: Publisher): OperationDef[] {
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
      input: {
        module: id('rule_module'),
        /** Why its rules go with it; without a note only a module without rules is removed. */
        note: text({ maxLength: 1000, pattern: '\\S' }).optional(),
        /** The version that was looked at; without it whatever stands is removed. */
        base_version: integer().optional(),
        /** Gates and approvals that go with it, by name. */
        accepts: list(text({ maxLength: 200 })).default([]),
      },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      emits: [rulesPublished],
      async run(context) {
        const { db, facts, input, actor } = context;
        const { module } = facts;
        if (module.plugin !== '')
          throw conflict('module_shipped', `${module.module} belongs to ${module.plugin}`, {
            plugin: module.plugin,
          });
        const emptied =
          input.note === null
            ? await refuseRules(db, module)
            : await empty(context as PublishContext, publisher, {
                ...input,
                module,
                note: input.note,
              });
        // Others have to agree first: what they confirm has no rules any more, and goes like that.
        if (emptied instanceof Reply) return emptied;
        const draft = await db.of(ruleDraft).find({ module_id: module.id });
        if (draft !== null) {
          // What somebody has noted stays to be read.
          await keepText(db, draft, actor.name);
          await db.of(ruleDraft).remove(draft.id);
        }
        await voidProposals(db, module.id, 'version_changed');
        await db.of(ruleModule).update(module.id, { removed: true });
        return {
          ...(emptied === undefined ? {} : (single(emptied) as object)),
          module: module.module,
          removed: true,
        };
      },
    }),
  ];
}

/** @throws Refusal module_not_empty, with the rules that would go with it */
async function refuseRules(db: Tx, module: RowOf<typeof ruleModule>): Promise<undefined> {
  const draft = await db.of(ruleDraft).find({ module_id: module.id });
  const { text: published } = await versionOf(db, module, module.published_version);
  const blocks = blocksNamedIn(draft?.text ?? published).concat(blocksNamedIn(published));
  if (blocks.length > 0)
    throw conflict('module_not_empty', `${module.module} still has rules`, {
      blocks: [...new Set(blocks.map(({ kind, name }) => `${kind} ${name}`))],
    });
}

interface Emptied {
  readonly module: RowOf<typeof ruleModule>;
  readonly note: string;
  readonly base_version: number | null;
  readonly accepts: readonly string[];
}

/** Its rules go the way of every change: checked, with a version that says why. Nothing, where it has none. */
async function empty(
  context: PublishContext,
  publisher: Publisher,
  { module, note, base_version, accepts }: Emptied,
): Promise<unknown> {
  const { text: published } = await versionOf(context.db, module, module.published_version);
  if (blocksNamedIn(published).length === 0) return undefined;
  const baseVersion = base_version ?? module.published_version;
  const emptied = { module, text: emptyText(module.module), baseVersion, note, accepts };
  return publisher.publish(context, [emptied]);
}
