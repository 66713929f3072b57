import { byId } from '../api/facts.ts';
import { id, integer, list, object, oneOf, text } from '../api/fields.ts';
import type { OperationDef, Tx } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { ruleText } from './draft-operations.ts';
import { rulesPublished } from './events.ts';
import { lockModules } from './locking.ts';
import { toldOf } from './meaning.ts';
import { EDITORS } from './people.ts';
import type { PublishContext, Publisher } from './publisher.ts';
import { ruleDraft, ruleModule } from './records.ts';
import { versionOf } from './store.ts';

const said = {
  note: text({ maxLength: 1000, pattern: '\\S' }),
  /** Gates and approvals that may be removed or loosened by it, by name. */
  accepts: list(text({ maxLength: 200 })).default([]),
  /** The rehearsal that was looked at. */
  rehearsal: text({ maxLength: 100 }).optional(),
};

/** Texts come into force, one module or several at a time, and back to an earlier version. */
export function publishOperations(publisher: Publisher): OperationDef[] {
  return [
    operation({
      name: 'rules.publish',
      http: 'POST /rules/modules/:module/publish',
      status: 200,
      summary: { uz: 'Nashr qilish', ru: 'Опубликовать', en: 'Publish' },
      roles: EDITORS,
      effect: 'record',
      input: { module: id('rule_module'), text: ruleText(), base_version: integer(), ...said },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      emits: [rulesPublished],
      run: async (context) =>
        single(
          await publisher.publish(context as PublishContext, [
            {
              module: context.facts.module,
              text: context.input.text,
              baseVersion: context.input.base_version,
              note: context.input.note,
              accepts: context.input.accepts,
              rehearsal: context.input.rehearsal,
            },
          ]),
        ),
    }),
    operation({
      name: 'rules.publish_together',
      http: 'POST /rules/publish',
      status: 200,
      summary: {
        uz: 'Bir nechta modulni birga nashr qilish',
        ru: 'Опубликовать несколько модулей вместе',
        en: 'Publish several modules together',
      },
      roles: EDITORS,
      effect: 'record',
      input: {
        modules: list(
          object({
            module: text({ maxLength: 200 }),
            text: ruleText(),
            base_version: integer(),
          }),
          { min: 1, max: 100 },
        ),
        ...said,
      },
      emits: [rulesPublished],
      async run(context) {
        const { note, accepts, rehearsal, modules } = context.input;
        const wanted = (await lockModules(context.db, modules)).map(({ module, entry }) => {
          const { text: newText, base_version: baseVersion } = entry;
          return { module, text: newText, baseVersion, note, accepts, rehearsal };
        });
        return publisher.publish(context as PublishContext, wanted);
      },
    }),
    operation({
      name: 'rules.rollback',
      http: 'POST /rules/modules/:module/rollback',
      status: 200,
      summary: { uz: 'Versiyaga qaytish', ru: 'Вернуть версию', en: 'Return to a version' },
      roles: EDITORS,
      effect: 'record',
      input: {
        module: id('rule_module'),
        version: integer({ min: 1 }),
        /** The version that was looked at; without it whatever stands is replaced. */
        base_version: integer().optional(),
        ...said,
      },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      emits: [rulesPublished],
      async run(context) {
        const { db, facts, input } = context;
        const row = await versionOf(db, facts.module, input.version);
        return single(
          await publisher.publish(context as PublishContext, [
            {
              module: facts.module,
              text: row.text,
              baseVersion: input.base_version ?? facts.module.published_version,
              note: input.note,
              accepts: input.accepts,
              rehearsal: input.rehearsal,
              restoredFrom: row.version,
            },
          ]),
        );
      },
    }),
    operation({
      name: 'rules.compare',
      http: 'GET /rules/modules/:module/compare',
      summary: {
        uz: 'Versiyalarni solishtirish',
        ru: 'Сравнить версии',
        en: 'Compare two versions',
      },
      roles: '*',
      effect: 'read',
      input: {
        module: id('rule_module'),
        from: integer({ min: 1 }),
        /** A version; the draft without it. */
        to: integer({ min: 1 }).optional(),
        lang: oneOf('uz', 'ru', 'en').optional(),
      },
      facts: { module: byId(ruleModule, 'module') },
      async run({ db, facts, input, actor }) {
        const before = await versionOf(db, facts.module, input.from);
        const after = await textTo(db, facts.module, input.to);
        return {
          from: input.from,
          to: input.to,
          before: before.text,
          after,
          ...(
            await toldOf(
              db,
              [{ module: facts.module.module, before: before.text, after }],
              input.lang ?? actor.locale,
            )
          )[0],
        };
      },
    }),
  ];
}

async function textTo(
  db: Tx,
  module: RowOf<typeof ruleModule>,
  version: number | null,
): Promise<string> {
  if (version !== null) return (await versionOf(db, module, version)).text;
  const draft = await db.of(ruleDraft).find({ module_id: module.id });
  return draft?.text ?? (await versionOf(db, module, module.published_version)).text;
}

/** Of one module the answer is that module's. */
export function single(answer: unknown): unknown {
  const { modules, rules_hash } = answer as {
    modules?: readonly Record<string, unknown>[];
    rules_hash?: string;
  };
  return modules?.[0] === undefined ? answer : { ...modules[0], rules_hash };
}
