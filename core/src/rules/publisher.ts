import { randomUUID } from 'node:crypto';
import { changeText } from '@qoida/dsl';
import { conflict, forbidden } from '../api/errors.ts';
import { Reply, type RunContext } from '../api/operations.ts';
import type { RowOf } from '../api/records.ts';
import { judgeTexts, type Publication, publishAll } from './authoring.ts';
import { rulesPublished } from './events.ts';
import type { ruleModule } from './records.ts';
import { refuseOtherRehearsal } from './rehearsed.ts';
import type { RuleRuntime } from './runtime.ts';
import { hashText } from './store.ts';
import { changedOf } from './unchanged.ts';
import { ruleProposal } from './version-records.ts';

export type PublishContext = Pick<
  RunContext<never, never>,
  'db' | 'actor' | 'afterCommit' | 'emit' | 'now' | 'settings'
>;

/** What somebody asks to be published; who he is comes from the context. */
export type Wanted = Pick<
  Publication,
  'module' | 'text' | 'baseVersion' | 'note' | 'accepts' | 'rehearsal' | 'restoredFrom'
>;

/** A text that waits, and the module it is for. */
export interface Proposed {
  readonly module: RowOf<typeof ruleModule>;
  readonly proposal: RowOf<typeof ruleProposal>;
}

/** Puts texts into force, or keeps them as proposals where a second person is asked for. */
export interface Publisher {
  /** Of several texts those that change something. @throws Refusal text_unchanged where none does */
  publish(context: PublishContext, given: readonly Wanted[]): Promise<unknown>;
  /** Puts proposals into force as the second person. @throws Refusal own_proposal, proposal_void */
  confirm(context: PublishContext, proposed: readonly Proposed[]): Promise<unknown>;
}

export function createPublisher(runtime: RuleRuntime): Publisher {
  async function putInForce(context: PublishContext, entries: readonly Publication[]) {
    const { published, snapshot } = await publishAll(context.db, runtime, entries);
    for (const { module, version, changes, loosened } of published)
      await context.emit(rulesPublished, {
        module,
        version,
        changes: changes.map((change) => changeText(change, 'en').slice(0, 1000)).slice(0, 200),
        loosened: loosened.map(({ guard }) => guard),
        author: context.actor.name,
      });
    // Here before it is answered; the other nodes are told by the commit itself.
    context.afterCommit(() => runtime.swap(context.db.organizationId, snapshot));
    return { modules: published, rules_hash: snapshot.hash };
  }

  /** What can't be published is not proposed either. */
  async function propose(context: PublishContext, wanted: readonly Wanted[]) {
    const { db, actor, now } = context;
    if (actor.kind !== 'user')
      throw forbidden('person_proposes', 'A person has to propose what another confirms', {
        actor: actor.name,
      });
    await judgeTexts(db, runtime, wanted);
    // What was looked at together comes into force together.
    const bundle = wanted.length > 1 ? randomUUID() : null;
    const items = [];
    for (const entry of wanted) {
      const open = await db.of(ruleProposal).find({ module_id: entry.module.id, state: 'open' });
      if (open !== null)
        throw conflict('proposal_open', `${open.proposed_by} has proposed a text already`, {
          module: entry.module.module,
          author: open.proposed_by,
        });
      const row = await db.of(ruleProposal).insert({
        module_id: entry.module.id,
        bundle,
        text: entry.text,
        hash: hashText(entry.text),
        base_version: entry.baseVersion,
        restored_from: entry.restoredFrom ?? null,
        note: entry.note,
        accepts: [...(entry.accepts ?? [])],
        rehearsal: entry.rehearsal ?? null,
        proposed_by_id: actor.id,
        proposed_by: actor.name,
        proposed_at: now,
      });
      items.push({ module: entry.module.module, proposal: row.id, hash: row.hash });
    }
    return new Reply(202, { pending_confirmation: true, modules: items });
  }

  return {
    async publish(context, given) {
      const wanted = await changedOf(context.db, given);
      await refuseOtherRehearsal(context.db, wanted);
      if (context.settings.RULES_SECOND_PERSON === true) return propose(context, wanted);
      const { name: author, id: authorId } = context.actor;
      return putInForce(
        context,
        wanted.map((entry) => ({ ...entry, author, authorId })),
      );
    },
    async confirm(context, proposed) {
      const { actor, db, now } = context;
      for (const { module, proposal } of proposed) {
        if (actor.kind !== 'user' || actor.id === null || actor.id === proposal.proposed_by_id)
          throw forbidden('own_proposal', 'Another person has to confirm what you proposed', {
            author: proposal.proposed_by,
          });
        if (proposal.base_version !== module.published_version)
          throw conflict('proposal_void', 'The module was published meanwhile: propose it anew', {
            module: module.module,
          });
      }
      // Before they are published: that ends whatever is open for the modules.
      for (const { proposal } of proposed)
        await db
          .of(ruleProposal)
          .update(proposal.id, { state: 'published', decided_by: actor.name, decided_at: now });
      return putInForce(
        context,
        proposed.map(({ module, proposal }) => ({
          module,
          text: proposal.text,
          baseVersion: proposal.base_version,
          note: proposal.note,
          accepts: proposal.accepts,
          rehearsal: proposal.rehearsal,
          restoredFrom: proposal.restored_from,
          author: actor.name,
          authorId: actor.id,
          proposedBy: { id: proposal.proposed_by_id, name: proposal.proposed_by },
        })),
      );
    },
  };
}
