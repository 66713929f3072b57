import { byId } from '../api/facts.ts';
import { id, integer, list, object, text } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { refuseTwice } from './authoring.ts';
import { checkTexts } from './checking.ts';
import { decisionOperations } from './decisions.ts';
import { draftOperations, ruleText } from './draft-operations.ts';
import { fileOperations } from './file-operations.ts';
import { gateOperations } from './gate-operations.ts';
import { toldOf } from './meaning.ts';
import { ownModuleOperations } from './own-modules.ts';
import { proposalOperations } from './proposal-operations.ts';
import { publishOperations } from './publish-operations.ts';
import { createPublisher } from './publisher.ts';
import { listModules, moduleView } from './reading.ts';
import type { RecheckParts } from './recheck.ts';
import { ruleModule } from './records.ts';
import type { RuleRuntime } from './runtime.ts';
import { versionOf } from './store.ts';
import { inWords, listVersions } from './version-reading.ts';

export interface RuleOperationParts {
  readonly runtime: RuleRuntime;
  readonly recheck: RecheckParts;
  readonly zone: string;
}

/** Rules are edited, checked, published and rolled back down the same road as everything else. */
export function ruleOperations({ runtime, recheck, zone }: RuleOperationParts): OperationDef[] {
  const publisher = createPublisher(runtime);
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
      name: 'rules.check',
      http: 'POST /rules/modules/:module/check',
      status: 200,
      summary: { uz: 'Matnni tekshirish', ru: 'Проверить текст', en: 'Check a text' },
      roles: '*',
      effect: 'read',
      input: { module: id('rule_module'), text: ruleText() },
      facts: { module: byId(ruleModule, 'module') },
      async run({ db, facts, input, actor }) {
        const { module } = facts.module;
        const checked = await checkTexts(db, runtime, new Map([[module, input.text]]));
        const { text: standing } = await versionOf(
          db,
          facts.module,
          facts.module.published_version,
        );
        return {
          diagnostics: checked.diagnostics,
          tests: checked.tests,
          ...(await toldOf(db, [{ module, before: standing, after: input.text }], actor.locale))[0],
        };
      },
    }),
    operation({
      name: 'rules.check_together',
      http: 'POST /rules/check',
      status: 200,
      summary: {
        uz: 'Bir nechta modulni birga tekshirish',
        ru: 'Проверить несколько модулей вместе',
        en: 'Check several modules together',
      },
      roles: '*',
      effect: 'read',
      input: {
        modules: list(object({ module: text({ maxLength: 200 }), text: ruleText() }), {
          min: 1,
          max: 100,
        }),
      },
      async run({ db, input, actor }) {
        const given = [];
        for (const entry of input.modules)
          given.push({ module: await db.of(ruleModule).get(entry.module), text: entry.text });
        refuseTwice(given.map(({ module }) => module.module));
        const texts = new Map(given.map((entry) => [entry.module.module, entry.text]));
        const { diagnostics, tests, before } = await checkTexts(db, runtime, texts);
        const standing = new Map(before.map((entry) => [entry.module, entry.text]));
        const compared = [...texts].map(([module, after]) => ({
          module,
          before: standing.get(module) ?? '',
          after,
        }));
        const told = await toldOf(db, compared, actor.locale);
        const modules = given.map(({ module }, i) => ({
          module: module.module,
          version: module.published_version,
          before: standing.get(module.module) ?? '',
          ...told[i],
        }));
        return { modules, diagnostics, tests };
      },
    }),
    operation({
      name: 'rules.versions',
      http: 'GET /rules/modules/:module/versions',
      summary: { uz: 'Versiyalar', ru: 'Версии', en: 'Versions' },
      roles: '*',
      effect: 'read',
      input: {
        module: id('rule_module'),
        page: integer({ min: 1 }).default(1),
        page_size: integer({ min: 1, max: 200 }).default(50),
      },
      facts: { module: byId(ruleModule, 'module') },
      run: ({ db, facts, actor, input }) => listVersions(db, facts.module, actor.locale, input),
    }),
    operation({
      name: 'rules.version',
      http: 'GET /rules/modules/:module/versions/:version',
      summary: { uz: 'Versiya matni', ru: 'Текст версии', en: 'Text of a version' },
      roles: '*',
      effect: 'read',
      input: { module: id('rule_module'), version: text({ pattern: '^[0-9]{1,9}$' }) },
      facts: { module: byId(ruleModule, 'module') },
      async run({ db, facts, input, actor }) {
        const row = await versionOf(db, facts.module, Number(input.version));
        return {
          module: facts.module.module,
          version: row.version,
          text: row.text,
          author: row.author,
          note: row.note,
          published_at: row.created_at,
          hash: row.hash,
          proposed_by: row.proposed_by,
          restored_from: row.restored_from,
          rehearsal: row.rehearsal,
          tests: row.tests,
          loosened: row.loosened,
          changes: inWords(row.changes, actor.locale),
        };
      },
    }),
    ...draftOperations(),
    ...publishOperations(publisher),
    ...proposalOperations(publisher),
    ...fileOperations(runtime, publisher),
    ...gateOperations({ runtime, recheck, zone }),
    ...ownModuleOperations(publisher),
    ...decisionOperations(runtime, zone, recheck),
  ];
}
