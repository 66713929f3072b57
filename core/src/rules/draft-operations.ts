import { byId } from '../api/facts.ts';
import { id, integer, list, object, text } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { keepText, saveDraft } from './drafts.ts';
import { discardDrafts, refuseOthers, tieDrafts, tiedTo } from './joint-drafts.ts';
import { lockModules } from './locking.ts';
import { voidProposals } from './open-proposals.ts';
import { EDITORS } from './people.ts';
import { NOTE_MAX, ruleDraft, ruleModule } from './records.ts';

/** What a check can take in the time that somebody waits for it. */
export const ruleText = () => text({ maxLength: 100_000 });

/** Drafts keep themselves; what one person wrote over another's is kept beside. */
export function draftOperations(): OperationDef[] {
  return [
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
      run: (context) => {
        const { text: typed, base_version: baseVersion, revision } = context.input;
        return saveDraft(context, context.facts.module, { text: typed, baseVersion, revision });
      },
    }),
    operation({
      name: 'rules.save_drafts',
      http: 'PUT /rules/drafts',
      summary: {
        uz: 'Bir nechta qoralamani birga saqlash',
        ru: 'Сохранить несколько черновиков вместе',
        en: 'Save several drafts together',
      },
      roles: EDITORS,
      effect: 'record',
      input: {
        drafts: list(
          object({
            module: text({ maxLength: 200 }),
            text: ruleText(),
            base_version: integer(),
            revision: integer().optional(),
          }),
          { min: 1, max: 100 },
        ),
        /** What they are one change for: they are seen, published and thrown away together then. */
        together: text({ maxLength: NOTE_MAX, pattern: '\\S' }).optional(),
      },
      async run(context) {
        const { db, input } = context;
        const given = input.drafts.map((draft) => draft.module);
        const tied = input.together === null ? [] : await tiedTo(db, given);
        const locked = await lockModules(db, [
          ...input.drafts.map((draft) => ({ module: draft.module, draft })),
          ...tied.map((module) => ({ module, draft: undefined })),
        ]);
        const looked = locked.flatMap(({ module, entry: { draft } }) =>
          draft === undefined
            ? []
            : [
                {
                  module,
                  typed: {
                    text: draft.text,
                    baseVersion: draft.base_version,
                    revision: draft.revision,
                  },
                },
              ],
        );
        await refuseOthers(db, looked);
        const drafts = [];
        for (const { module, typed } of looked)
          drafts.push({ module: module.module, ...(await saveDraft(context, module, typed)) });
        if (input.together === null) return { drafts, bundle: null };
        const modules = locked.map(({ module }) => module);
        return { drafts, bundle: await tieDrafts(db, modules, input.together) };
      },
    }),
    operation({
      name: 'rules.discard_drafts',
      http: 'POST /rules/drafts/discard',
      status: 200,
      summary: {
        uz: 'Bir nechta qoralamani birga tashlash',
        ru: 'Отбросить несколько черновиков вместе',
        en: 'Discard several drafts together',
      },
      roles: EDITORS,
      effect: 'record',
      input: {
        drafts: list(object({ module: text({ maxLength: 200 }), revision: integer() }), {
          min: 1,
          max: 100,
        }),
      },
      async run(context) {
        const looked = (await lockModules(context.db, context.input.drafts)).map(
          ({ module, entry: { revision } }) => ({
            module,
            typed: { text: '', baseVersion: module.published_version, revision },
          }),
        );
        await discardDrafts(context, looked);
        return { discarded: looked.map(({ module }) => module.module) };
      },
    }),
    operation({
      name: 'rules.drafts',
      http: 'GET /rules/drafts',
      summary: { uz: 'Qoralamalar', ru: 'Черновики', en: 'Drafts' },
      roles: '*',
      effect: 'read',
      input: {},
      async run({ db }) {
        const items = await db.sql(
          `select m.module, m.published_version, d.text, d.base_version, d.revision, d.author, d.saved_at,
                  d.bundle, d.bundle_note
             from rule_drafts d join rule_modules m on m.id = d.module_id
            where not m.removed order by m.module`,
        );
        return { items };
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
      async run({ db, facts, actor }) {
        const found = await db.of(ruleDraft).find({ module_id: facts.module.id });
        if (found === null) return { discarded: false };
        await keepText(db, found, actor.name);
        await voidProposals(db, facts.module.id, 'text_changed');
        await db.of(ruleDraft).remove(found.id);
        return { discarded: true };
      },
    }),
    operation({
      name: 'rules.draft_texts',
      http: 'GET /rules/modules/:module/draft/texts',
      summary: {
        uz: 'Almashtirilgan qoralamalar',
        ru: 'Заменённые черновики',
        en: 'Drafts that were replaced',
      },
      roles: EDITORS,
      effect: 'read',
      input: { module: id('rule_module') },
      facts: { module: byId(ruleModule, 'module') },
      async run({ db, facts }) {
        const items = await db.sql(
          `select id, text, author, saved_at, replaced_by, created_at as replaced_at
             from rule_draft_texts where module_id = ? order by created_at desc, id limit 50`,
          [facts.module.id],
        );
        return { items };
      },
    }),
  ];
}
