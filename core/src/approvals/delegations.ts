import { user } from '../api/core-records.ts';
import { forbidden, invalid } from '../api/errors.ts';
import { byId, byIdIfGiven } from '../api/facts.ts';
import { flag, id, instant, list, text } from '../api/fields.ts';
import type { OperationDef } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { USER_MANAGERS } from '../auth/roles.ts';
import { personById } from './people.ts';
import { approvalDelegation } from './records.ts';

const LONGEST_MS = 366 * 86_400_000;
const manages = (roles: readonly string[]) => USER_MANAGERS.some((role) => roles.includes(role));

/** Who decides in somebody's place while he is away. */
export function delegationOperations(): OperationDef[] {
  return [
    operation({
      name: 'approvals.delegate',
      http: 'POST /approvals/delegations',
      summary: {
        uz: 'Tasdiqlash vakolatini berish',
        ru: 'Передать право согласования',
        en: 'Let somebody approve in one’s place',
      },
      roles: '*',
      effect: 'record',
      input: {
        to: id('user'),
        from: id('user').optional().doc('whose place; one’s own unless an administrator says'),
        roles: list(text({ maxLength: 64 })).default([]),
        from_at: instant().optional(),
        to_at: instant(),
        reason: text({ pattern: '\\S', maxLength: 1000 }),
      },
      facts: { to: byId(user, 'to'), from: byIdIfGiven(user, 'from') },
      async run({ db, facts, input, actor, now }) {
        const fromId = facts.from?.id ?? (actor.kind === 'user' ? actor.id : null);
        if (fromId !== actor.id && !manages(actor.roles))
          throw forbidden('delegation_of_other', 'Only an administrator hands over for others');
        const delegator = fromId === null ? undefined : await personById(db, fromId);
        if (delegator === undefined || facts.to.status !== 'active')
          throw invalid('people_only', 'Only active people approve');
        if (delegator.id === facts.to.id)
          throw invalid('delegation_self', 'Hand over to somebody else');
        const foreign = input.roles.filter((role) => !delegator.roles.includes(role));
        if (foreign.length > 0)
          throw invalid('delegation_roles', 'Only roles that he has are handed over', {
            roles: foreign.join(', '),
          });
        const from_at = input.from_at ?? now;
        const length = input.to_at.getTime() - from_at.getTime();
        if (length <= 0 || length > LONGEST_MS || input.to_at <= now)
          throw invalid('delegation_period', 'The period must end in the future, within a year');
        const row = await db.of(approvalDelegation).insert({
          from_user: delegator.id,
          to_user: facts.to.id,
          roles: input.roles,
          from_at,
          to_at: input.to_at,
          reason: input.reason,
          author: actor.name,
        });
        return { ...row, from: delegator.username, to: facts.to.username };
      },
    }),
    operation({
      name: 'approvals.delegations',
      http: 'GET /approvals/delegations',
      summary: {
        uz: 'Berilgan vakolatlar',
        ru: 'Переданные права',
        en: 'Who decides in whose place',
      },
      roles: '*',
      effect: 'read',
      input: { past: flag().default(false) },
      async run({ db, input, actor, now }) {
        const items = await db.sql(
          `select d.id, d.from_user, f.username as "from", d.to_user, t.username as "to", d.roles,
             d.from_at, d.to_at, d.reason, d.author, d.revoked_at,
             d.from_user::text = ? as mine
           from approval_delegations d join users f on f.id = d.from_user join users t on t.id = d.to_user
           where (? or (d.revoked_at is null and d.to_at > ?))
             and (? or d.from_user::text = ? or d.to_user::text = ?)
           order by d.from_at desc, d.id limit 200`,
          [actor.id ?? '', input.past, now, manages(actor.roles), actor.id ?? '', actor.id ?? ''],
        );
        return { items };
      },
    }),
    operation({
      name: 'approvals.people',
      http: 'GET /approvals/people',
      summary: {
        uz: 'Vakolat berish mumkin bo‘lganlar',
        ru: 'Кому можно передать право',
        en: 'People to whom one may hand over',
      },
      roles: '*',
      effect: 'read',
      input: { search: text({ maxLength: 100 }).default('') },
      async run({ db, input, actor }) {
        const pattern = `%${input.search.replaceAll(/[\\%_]/g, '\\$&')}%`;
        const items = await db.sql(
          `select id, username, full_name, position from users
            where status = 'active' and id::text <> ? and (username ilike ? or full_name ilike ?)
            order by full_name, username limit 200`,
          [actor.id ?? '', pattern, pattern],
        );
        return { items };
      },
    }),
    operation({
      name: 'approvals.end_delegation',
      http: 'DELETE /approvals/delegations/:delegation_id',
      summary: {
        uz: 'Vakolatni qaytarib olish',
        ru: 'Отозвать переданное право',
        en: 'End a delegation',
      },
      roles: '*',
      effect: 'record',
      input: { delegation_id: id('approval_delegation') },
      facts: { delegation: byId(approvalDelegation, 'delegation_id', { lock: true }) },
      async run({ db, facts, actor, now }) {
        const { delegation } = facts;
        if (delegation.from_user !== actor.id && !manages(actor.roles))
          throw forbidden('delegation_of_other', 'Only an administrator ends it for others');
        if (delegation.revoked_at !== null) return delegation;
        return db.of(approvalDelegation).update(delegation.id, { revoked_at: now });
      },
    }),
  ];
}
