import { conflict, forbidden } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { id, integer, list, object, oneOf, text } from '../api/fields.ts';
import type { OperationDef, Tx } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { rulesPublished } from './events.ts';
import { lockModules } from './locking.ts';
import { bundleOf } from './open-proposals.ts';
import { EDITORS } from './people.ts';
import { single } from './publish-operations.ts';
import type { Proposed, PublishContext, Publisher } from './publisher.ts';
import { ruleModule } from './records.ts';
import { listProposals } from './version-reading.ts';
import { ruleProposal } from './version-records.ts';

/** Of the text that was looked at: another one is not confirmed. */
const hashOfText = () => text({ maxLength: 64, pattern: '^[0-9a-f]{64}$' });

/** What one person proposed and another puts into force, or not. */
export function proposalOperations(publisher: Publisher): OperationDef[] {
  const input = { module: id('rule_module'), hash: hashOfText() };
  return [
    operation({
      name: 'rules.proposals',
      http: 'GET /rules/proposals',
      summary: { uz: 'Takliflar', ru: 'Предложения', en: 'Proposals' },
      roles: '*',
      effect: 'read',
      input: {
        state: oneOf('open', 'published', 'rejected', 'withdrawn', 'void', 'all').default('open'),
        module: text({ maxLength: 200 }).optional(),
        /** Only those that were proposed together. */
        bundle: text({ maxLength: 36 }).optional(),
        page: integer({ min: 1 }).default(1),
        page_size: integer({ min: 1, max: 200 }).default(50),
      },
      run: ({ db, input: filter }) => listProposals(db, filter),
    }),
    operation({
      name: 'rules.confirm',
      http: 'POST /rules/modules/:module/proposal/confirm',
      status: 200,
      summary: {
        uz: 'Taklifni tasdiqlash',
        ru: 'Подтвердить предложение',
        en: 'Confirm a proposal',
      },
      roles: EDITORS,
      effect: 'record',
      input,
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      emits: [rulesPublished],
      async run(context) {
        const { db, facts, input: given } = context;
        const proposal = await openProposal(db, facts.module, given.hash);
        const proposed = [{ module: facts.module, proposal }];
        await refuseIncomplete(db, proposed);
        return single(await publisher.confirm(context as PublishContext, proposed));
      },
    }),
    operation({
      name: 'rules.confirm_together',
      http: 'POST /rules/proposals/confirm',
      status: 200,
      summary: {
        uz: 'Birga taklif qilinganlarni tasdiqlash',
        ru: 'Подтвердить предложенное вместе',
        en: 'Confirm what was proposed together',
      },
      roles: EDITORS,
      effect: 'record',
      input: {
        proposals: list(object({ module: text({ maxLength: 200 }), hash: hashOfText() }), {
          min: 1,
          max: 100,
        }),
      },
      emits: [rulesPublished],
      async run(context) {
        const { db, input: given } = context;
        const proposed: Proposed[] = [];
        for (const { module, entry } of await lockModules(db, given.proposals))
          proposed.push({ module, proposal: await openProposal(db, module, entry.hash) });
        await refuseIncomplete(db, proposed);
        return publisher.confirm(context as PublishContext, proposed);
      },
    }),
    operation({
      name: 'rules.reject',
      http: 'POST /rules/modules/:module/proposal/reject',
      status: 200,
      summary: { uz: 'Taklifni rad etish', ru: 'Отклонить предложение', en: 'Reject a proposal' },
      roles: EDITORS,
      effect: 'record',
      input: { ...input, reason: text({ maxLength: 1000, pattern: '\\S' }) },
      facts: { module: byId(ruleModule, 'module', { lock: true }) },
      async run({ db, facts, input: given, actor, now }) {
        const proposal = await openProposal(db, facts.module, given.hash);
        const own = proposal.proposed_by_id === actor.id;
        if (!own && actor.kind !== 'user')
          throw forbidden('own_proposal', 'A person has to decide on it', {
            author: proposal.proposed_by,
          });
        const state = own ? 'withdrawn' : 'rejected';
        const decided = {
          state,
          decided_by: actor.name,
          decided_at: now,
          reason: given.reason,
        } as const;
        for (const { id: each } of await bundleOf(db, proposal))
          await db.of(ruleProposal).update(each, decided);
        return { module: facts.module.module, state };
      },
    }),
  ];
}

/** @throws Refusal proposal_void when none is open, or another text */
async function openProposal(
  db: Tx,
  module: RowOf<typeof ruleModule>,
  hash: string,
): Promise<RowOf<typeof ruleProposal>> {
  const open = await db.of(ruleProposal).find({ module_id: module.id, state: 'open' });
  if (open?.hash === hash) return open;
  throw conflict('proposal_void', 'This proposal stands no longer: look at it again', {
    module: module.module,
    ...(open === null ? {} : { hash: open.hash }),
  });
}

/** @throws Refusal proposal_together when something that was proposed with these is not among them */
async function refuseIncomplete(db: Tx, proposed: readonly Proposed[]): Promise<void> {
  const given = new Set(proposed.map(({ proposal }) => proposal.id));
  for (const { module, proposal } of proposed) {
    const bundle = await bundleOf(db, proposal);
    if (bundle.every((one) => given.has(one.id))) continue;
    const rows = await db.sql<{ module: string }>(
      'select module from rule_modules where id = any(?) order by module',
      [bundle.map((one) => one.module_id)],
    );
    const modules = rows.map((row) => row.module);
    throw conflict(
      'proposal_together',
      `${modules.join(', ')} were proposed together and come into force together`,
      { module: module.module, modules: modules.join(', ') },
    );
  }
}
