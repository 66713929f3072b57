import type { ApprovalDef } from '../api/approvals.ts';
import { conflict, forbidden, notFound } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { flag, id, integer, json, oneOf, quantity, text } from '../api/fields.ts';
import type { Say } from '../api/locale.ts';
import type { Actor, OperationDef, RunContext } from '../api/operations.ts';
import { operation } from '../api/operations.ts';
import { askedOf, objectOf } from './asked.ts';
import { delegationOperations } from './delegations.ts';
import { approvalDecided } from './events.ts';
import type { RequestRow } from './judge.ts';
import { listRequests, refuseStranger } from './reading.ts';
import { approvalRequest } from './records.ts';
import { keepEnd } from './running.ts';
import { closed, mayWithdraw } from './seat.ts';
import { requestViews } from './view.ts';
import { end, vote } from './voting.ts';

export interface ApprovalOperationParts {
  readonly zone: string;
  readonly nameOf: (actor: Actor) => (role: string) => string;
  /** Objects of plugins that wait, and the operations that end it. */
  readonly objects: () => readonly ApprovalDef[];
  readonly operation: (name: string) => OperationDef | undefined;
  readonly operations: () => readonly OperationDef[];
  /** The sentence of a reason; undefined where it has none. */
  readonly say: Say;
  /** Told, after the commit, that something is approved. */
  readonly wake: () => void;
}

type Context = RunContext<never, never>;
const words = {
  approve: { uz: 'Tasdiqlash', ru: 'Согласовать', en: 'Approve' },
  reject: { uz: 'Rad etish', ru: 'Отклонить', en: 'Reject' },
};
const decision = () => ({
  comment: text({ maxLength: 1000 }).optional(),
  weight_kg: quantity('kg', { resolution: 0.001, min: 0 })
    .optional()
    .doc('for objects whose approval takes a weight'),
  outcome: text({ maxLength: 64 })
    .optional()
    .doc('what becomes of an object, where it is asked for'),
});
/** F-API-102 */
interface Decision {
  readonly comment: string | null;
  readonly weight_kg: number | null;
  readonly outcome: string | null;
}

/** Requests for approval as people ask for, read and decide them. */
export function approvalOperations(parts: ApprovalOperationParts): OperationDef[] {
  async function viewsFor(
    { db, actor, now }: Pick<Context, 'db' | 'actor' | 'now'>,
    rows: readonly RequestRow[],
  ): Promise<Record<string, unknown>[]> {
    const { zone, say } = parts;
    const views = await requestViews(db, rows, {
      actor,
      now,
      zone,
      say,
      nameOf: parts.nameOf(actor),
    });
    return rows.map((row, i) => ({ ...views[i], ...askedOf(row, actor, parts) }));
  }
  const viewFor = async (context: Pick<Context, 'db' | 'actor' | 'now'>, row: RequestRow) =>
    (await viewsFor(context, [row]))[0] as Record<string, unknown>;

  /** An object's approval ends by the operation of its plugin, which knows what comes of it. */
  async function decided(
    context: Context,
    row: RequestRow,
    verdict: 'approve' | 'reject',
    { comment, weight_kg, outcome }: Decision,
  ): Promise<Record<string, unknown>> {
    context.afterCommit(parts.wake);
    if (row.kind === 'operation')
      return viewFor(context, await vote(context, row, verdict, comment));
    if (row.state !== 'pending') throw closed(row);
    const def = objectOf(row, parts);
    const ending = def && parts.operation(def[verdict]);
    if (def === undefined || ending === undefined) throw notFound('approval', row.type);
    const more = Object.entries({ comment, weight_kg, outcome }).filter(
      ([name, value]) => value !== null && Object.hasOwn(ending.input, name),
    );
    const result = await context.call(ending, {
      [def.input]: row.object_id,
      ...Object.fromEntries(more),
    });
    const after = await context.db.of(approvalRequest).get(row.id);
    return { ...(await viewFor(context, after)), result };
  }

  const byVerdict = (verdict: 'approve' | 'reject'): OperationDef[] => [
    operation({
      name: `approvals.${verdict}`,
      http: `POST /approvals/:approval_id/${verdict}`,
      status: 200,
      summary: words[verdict],
      roles: '*',
      effect: 'record',
      input: { approval_id: id('approval_request'), ...decision() },
      facts: { request: byId(approvalRequest, 'approval_id', { lock: true }) },
      emits: [approvalDecided],
      run: (context) =>
        decided(context as unknown as Context, context.facts.request, verdict, context.input),
    }),
    operation({
      name: `approvals.${verdict}_object`,
      http: `POST /approvals/:type/:object_id/${verdict}`,
      status: 200,
      summary: words[verdict],
      roles: '*',
      effect: 'record',
      input: { type: text({ maxLength: 200 }), object_id: text({ maxLength: 200 }), ...decision() },
      emits: [approvalDecided],
      async run(context) {
        const { type, object_id } = context.input;
        const [found] = await context.db.sql<{ id: string }>(
          `select id from approval_requests where type = ? and object_id::text = ?
            order by (state = 'pending') desc, requested_at desc limit 1`,
          [type, object_id],
        );
        if (found === undefined)
          throw conflict('approval_missing', 'Nothing of this kind waits for a decision', { type });
        const row = await context.db.of(approvalRequest).get(found.id, { lock: true });
        return decided(context as unknown as Context, row, verdict, context.input);
      },
    }),
  ];

  return [
    operation({
      name: 'approvals.list',
      http: 'GET /approvals',
      summary: { uz: 'Tasdiqlar', ru: 'Согласования', en: 'Approvals' },
      roles: '*',
      effect: 'read',
      input: {
        box: oneOf('inbox', 'mine', 'all')
          .default('all')
          .doc('what I may decide now, what I asked for, or all that I may see'),
        mine: flag().default(false).doc('the same as box=inbox (F-API-133)'),
        state: oneOf(
          'pending',
          'approved',
          'rejected',
          'expired',
          'withdrawn',
          'decided',
          'all',
        ).default('all'),
        type: text({ maxLength: 200 }).optional(),
        object_id: text({ maxLength: 200 }).optional(),
        operation: text({ maxLength: 200 }).optional(),
        page: integer({ min: 1 }).default(1),
        after: id('approval_request')
          .optional()
          .doc('instead of a page: what follows this request, whatever was decided meanwhile'),
        page_size: integer({ min: 1, max: 200 }).default(50),
      },
      run: (context) =>
        listRequests(context, context.input, parts.operations(), (rows) => viewsFor(context, rows)),
    }),
    operation({
      name: 'approvals.get',
      http: 'GET /approvals/:approval_id',
      summary: { uz: 'Tasdiq so‘rovi', ru: 'Запрос согласования', en: 'A request for approval' },
      roles: '*',
      effect: 'read',
      input: { approval_id: id('approval_request') },
      facts: { request: byId(approvalRequest, 'approval_id') },
      async run(context) {
        await refuseStranger(context, context.facts.request, parts.operation);
        return viewFor(context, context.facts.request);
      },
    }),
    ...byVerdict('approve'),
    ...byVerdict('reject'),
    operation({
      name: 'approvals.withdraw',
      http: 'POST /approvals/:approval_id/withdraw',
      status: 200,
      summary: {
        uz: 'So‘rovni qaytarib olish',
        ru: 'Отозвать запрос',
        en: 'Withdraw a request',
      },
      roles: '*',
      effect: 'record',
      input: { approval_id: id('approval_request') },
      facts: { request: byId(approvalRequest, 'approval_id', { lock: true }) },
      emits: [approvalDecided],
      async run(context) {
        const { facts, actor } = context;
        if (!mayWithdraw(facts.request, actor))
          throw forbidden('not_your_request', 'Only whoever made the request withdraws it');
        return viewFor(context, await end(context, facts.request, 'withdrawn', actor.name));
      },
    }),
    operation({
      name: 'approvals.expire',
      summary: { uz: 'Muddati o‘tdi', ru: 'Срок истёк', en: 'A request’s time is over' },
      roles: [],
      effect: 'record',
      input: { approval_id: id('approval_request') },
      facts: { request: byId(approvalRequest, 'approval_id', { lock: true }) },
      emits: [approvalDecided],
      async run(context) {
        const { facts, now, actor } = context;
        if (facts.request.expires_at.getTime() > now.getTime())
          throw conflict('approval_not_ready', 'Its time is not over', {
            state: facts.request.state,
          });
        const row = await end(context, facts.request, 'expired', actor.name);
        return { approval_id: row.id, state: row.state };
      },
    }),
    operation({
      name: 'approvals.conclude',
      summary: { uz: 'Amal tugadi', ru: 'Операция завершена', en: 'What came of the operation' },
      roles: [],
      effect: 'record',
      input: {
        approval_id: id('approval_request'),
        outcome: oneOf('done', 'refused', 'failed'),
        reason: text({ maxLength: 200 }).optional(),
        message: text({ maxLength: 2000 }).optional(),
        details: json<Readonly<Record<string, unknown>>>().default({}),
      },
      facts: { request: byId(approvalRequest, 'approval_id', { lock: true }) },
      async run({ db, facts, input, now }) {
        if (facts.request.outcome === 'running')
          await keepEnd(db as never, facts.request, input, now);
        return { approval_id: facts.request.id };
      },
    }),
    ...delegationOperations(),
  ];
}
