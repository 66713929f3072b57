import { conflict, forbidden } from '../api/errors.ts';
import { event } from '../api/events.ts';
import { byId } from '../api/facts.ts';
import { id, integer, oneOf, text } from '../api/fields.ts';
import type { OperationDef, RunContext } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { checkText, publish } from './authoring.ts';
import { explainDecision } from './explain.ts';
import { listGates, listModules, listVersions, moduleView } from './reading.ts';
import type { RecheckParts } from './recheck.ts';
import { recordAtRelease, stillTrue } from './recheck.ts';
import { decision, gateLog, ruleDraft, ruleModule } from './records.ts';
import type { RuleRuntime } from './runtime.ts';
import { settingsForRules } from './runtime.ts';
import { versionOf } from './store.ts';

const EDITORS = ['texnolog', 'admin'] as const;
/** Checking compiles in this process: a module longer than this would hold up the weighing. */
const ruleText = () => text({ maxLength: 100_000 });
type ModuleRow = RowOf<typeof ruleModule>;

export const rulesPublished = event('rules.published', { module: text(), version: integer() });

export interface RuleOperationParts {
  readonly runtime: RuleRuntime;
  /** Tells the other nodes that they must load the rules anew. */
  readonly announce: (organizationId: string) => void;
  readonly recheck: RecheckParts;
  readonly zone: string;
}

/** Rules are edited, checked, published and rolled back down the same road as everything else. */
export function ruleOperations({
  runtime,
  announce,
  recheck,
  zone,
}: RuleOperationParts): OperationDef[] {
  const swapAfter = (
    context: Pick<RunContext<never, never>, 'afterCommit' | 'db'>,
    snapshot: ReturnType<RuleRuntime['snapshot']>,
  ) =>
    context.afterCommit(() => {
      runtime.swap(context.db.organizationId, snapshot);
      announce(context.db.organizationId);
    });

  return [
    operation({
      name: 'rules.modules',
      http: 'GET /rules/modules',
      summary: { uz: 'Qoida modullari', ru: 'Модули правил', en: 'Rule modules' },
      roles: '*',
      effect: 'read',
      input: {},
      run: ({ db }) => listModules(db, runtime),
    }),
    operation({
      name: 'rules.module',
      http: 'GET /rules/modules/:module',
      summary: { uz: 'Modul matni', ru: 'Текст модуля', en: 'Text of a module' },
      roles: '*',
      effect: 'read',
      input: { module: id('rule_module') },
      facts: { module: byId(ruleModule, 'module') },
      run: ({ db, facts }) => moduleView(db, facts.module),
    }),
    operation({
      name: 'rules.save_draft',
      http: 'PUT /rules/modules/:module/draft',
      summary: { uz: 'Qoralamani saqlash', ru: 'Сохранить черновик', en: 'Save the draft' },
      roles: EDITORS,
      effect: 'record',
      input: {
        module: id('rule_module'),
        text: ruleText(),
        base_version: integer(),
        revision: integer().optional(),
      },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      async run({ db, facts, input, actor, now }) {
        const found = await db.of(ruleDraft).find({ module_id: facts.module.id }, { lock: true });
        const entry = {
          text: input.text,
          base_version: input.base_version,
          author: actor.name,
          author_id: actor.id,
          saved_at: now,
        };
        if (found === null) {
          await db.of(ruleDraft).insert({ ...entry, module_id: facts.module.id, revision: 1 });
          return { revision: 1, saved_at: now };
        }
        if (found.revision !== input.revision) {
          throw conflict('draft_conflict', `${found.author} changed this draft in the meantime`, {
            text: found.text,
            revision: found.revision,
            author: found.author,
            saved_at: found.saved_at,
          });
        }
        await db.of(ruleDraft).update(found.id, { ...entry, revision: found.revision + 1 });
        return { revision: found.revision + 1, saved_at: now };
      },
    }),
    operation({
      name: 'rules.discard_draft',
      http: 'DELETE /rules/modules/:module/draft',
      summary: { uz: 'Qoralamani tashlash', ru: 'Отбросить черновик', en: 'Discard the draft' },
      roles: EDITORS,
      effect: 'record',
      input: { module: id('rule_module') },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      async run({ db, facts }) {
        const found = await db.of(ruleDraft).find({ module_id: facts.module.id });
        if (found !== null) await db.of(ruleDraft).remove(found.id);
        return { discarded: found !== null };
      },
    }),
    operation({
      name: 'rules.check',
      http: 'POST /rules/modules/:module/check',
      status: 200,
      summary: { uz: 'Matnni tekshirish', ru: 'Проверить текст', en: 'Check a text' },
      roles: '*',
      effect: 'read',
      input: { module: id('rule_module'), text: ruleText() },
      facts: { module: byId(ruleModule, 'module') },
      async run({ db, facts, input }) {
        const { diagnostics, tests } = await checkText(
          db,
          runtime,
          facts.module.module,
          input.text,
        );
        return { diagnostics, tests };
      },
    }),
    operation({
      name: 'rules.publish',
      http: 'POST /rules/modules/:module/publish',
      status: 200,
      summary: { uz: 'Nashr qilish', ru: 'Опубликовать', en: 'Publish' },
      roles: EDITORS,
      effect: 'record',
      input: {
        module: id('rule_module'),
        text: ruleText(),
        base_version: integer(),
        note: text({ maxLength: 1000 }),
      },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      emits: [rulesPublished],
      async run(context) {
        const { db, facts, input } = context;
        const published = await publishText(
          context,
          facts.module,
          input.text,
          input.base_version,
          input.note,
        );
        const draft = await db.of(ruleDraft).find({ module_id: facts.module.id });
        if (draft !== null) await db.of(ruleDraft).remove(draft.id);
        return published;
      },
    }),
    operation({
      name: 'rules.versions',
      http: 'GET /rules/modules/:module/versions',
      summary: { uz: 'Versiyalar', ru: 'Версии', en: 'Versions' },
      roles: '*',
      effect: 'read',
      input: { module: id('rule_module') },
      facts: { module: byId(ruleModule, 'module') },
      run: ({ db, facts }) => listVersions(db, facts.module),
    }),
    operation({
      name: 'rules.version',
      http: 'GET /rules/modules/:module/versions/:version',
      summary: { uz: 'Versiya matni', ru: 'Текст версии', en: 'Text of a version' },
      roles: '*',
      effect: 'read',
      input: { module: id('rule_module'), version: text({ pattern: '^[0-9]{1,9}$' }) },
      facts: { module: byId(ruleModule, 'module') },
      async run({ db, facts, input }) {
        const row = await versionOf(db, facts.module, Number(input.version));
        return {
          module: facts.module.module,
          version: row.version,
          text: row.text,
          author: row.author,
          note: row.note,
          published_at: row.created_at,
          hash: row.hash,
        };
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
        note: text({ maxLength: 1000 }),
      },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      emits: [rulesPublished],
      async run(context) {
        const { db, facts, input } = context;
        const row = await versionOf(db, facts.module, input.version);
        return publishText(
          context,
          facts.module,
          row.text,
          facts.module.published_version,
          input.note,
        );
      },
    }),
    operation({
      name: 'gate.list',
      http: 'GET /gates',
      summary: { uz: 'To‘siqlar', ru: 'Запреты', en: 'Gates that were hit' },
      roles: '*',
      effect: 'read',
      input: {
        session_id: id('session').optional(),
        gate: text({ maxLength: 200 }).optional(),
        state: oneOf('open', 'released', 'all').default('open'),
        page: integer({ min: 1 }).default(1),
        page_size: integer({ min: 1, max: 200 }).default(50),
      },
      run: ({ db, input }) => listGates(db, input),
    }),
    operation({
      name: 'gate.release',
      http: 'POST /gates/:gate_id/release',
      status: 200,
      summary: { uz: 'To‘siqni ochish', ru: 'Снять запрет', en: 'Release a gate' },
      roles: '*',
      effect: 'record',
      input: { gate_id: id('gate_log'), note: text({ maxLength: 1000 }) },
      facts: { gate: byId(gateLog, 'gate_id', { lock: true }) },
      async run({ db, facts, input, actor, now, settings }) {
        const { gate } = facts;
        if (gate.released_at !== null)
          throw conflict('already_released', 'This gate is released already', {
            released_at: gate.released_at,
          });
        if (!gate.releasable) {
          throw conflict('not_releasable', `${gate.gate} is never released; remove its cause`, {
            gate: gate.gate,
          });
        }
        if (!gate.release_roles.some((role) => actor.roles.includes(role))) {
          throw forbidden(
            'role_required',
            `${gate.gate} is released by ${gate.release_roles.join(', ')}`,
            { roles: gate.release_roles },
          );
        }
        const env = { now, zone, settings: settingsForRules(settings) };
        if (
          gate.when_clear &&
          (await stillTrue(db, gate, runtime.snapshot(db.organizationId), env, recheck))
        ) {
          throw conflict('condition_still_true', `The cause of ${gate.gate} is still there`, {
            gate: gate.gate,
          });
        }
        const released_facts = await recordAtRelease(
          db,
          gate,
          runtime.snapshot(db.organizationId),
          recheck,
        );
        return db.of(gateLog).update(gate.id, {
          released_at: now,
          released_by: actor.id,
          released_facts,
          note: input.note,
        });
      },
    }),
    operation({
      name: 'decision.explain',
      http: 'GET /rules/decisions/:id/explain',
      summary: { uz: 'Qaror izohi', ru: 'Объяснение решения', en: 'Explain a decision' },
      roles: '*',
      effect: 'read',
      input: { id: id('decision'), lang: oneOf('uz', 'ru', 'en').optional() },
      facts: { decision: byId(decision, 'id') },
      async run({ facts, db, settings, actor, input }) {
        return explainDecision(
          facts.decision,
          runtime.snapshot(db.organizationId),
          settings,
          input.lang ?? actor.locale,
        );
      },
    }),
  ];

  async function publishText(
    context: Pick<RunContext<never, never>, 'db' | 'actor' | 'afterCommit' | 'emit'>,
    module: ModuleRow,
    newText: string,
    baseVersion: number,
    note: string,
  ) {
    const { db, actor } = context;
    const entry = {
      module,
      text: newText,
      baseVersion,
      note,
      author: actor.name,
      authorId: actor.id,
    };
    const { version, hash, snapshot } = await publish(db, runtime, entry);
    await context.emit(rulesPublished, { module: module.module, version });
    swapAfter(context, snapshot);
    return { module: module.module, version, hash };
  }
}
