import type { BaseContext, RowOf } from '@qoida/core';
import { byId, conflict, id, operation } from '@qoida/core';
import { sessionClosed } from '../events.ts';
import { grams, kg } from '../mass.ts';
import { actingUser } from '../people.ts';
import { SEX } from '../roles.ts';
import type { Balance } from './balance.ts';
import { BALANCE_TERMS, balanceOf, balanceWarnings } from './balance.ts';
import { session, sessionBalance } from './records.ts';

/**
 * M7, F-ALG-05. The gates `packages_pending`, `gate_open` and `delta_exceeded` of the rules decide;
 * a refused first attempt still ends production, which frees the work centre.
 */
export const closeSession = operation({
  name: 'session.close',
  http: 'PATCH /sessions/:session_id/close',
  summary: { uz: 'Sessiyani yopish', ru: 'Закрыть сессию', en: 'Close a session' },
  roles: [SEX],
  effect: 'record',
  input: { session_id: id('session') },
  facts: {
    session: byId(session, 'session_id', {
      lock: true,
      computed: [...BALANCE_TERMS, 'pending_packages', 'open_vt_gates'],
    }),
  },
  emits: [sessionClosed],
  async prepare({ facts }) {
    if (facts.session.status === 'closed') {
      throw conflict('already_closed', 'The session is closed already', {
        session_id: facts.session.id,
      });
    }
    return undefined;
  },
  async onRefusal({ db, facts, now }) {
    if (facts.session.production_ended_at !== null) return;
    await db.of(session).update(facts.session.id, { production_ended_at: now });
  },
  async run(context) {
    const { db, facts, now } = context;
    const balance = balanceOf(context, facts.session);
    refuseOverLaw(balance);
    await db.of(session).update(facts.session.id, {
      status: 'closed',
      production_ended_at: facts.session.production_ended_at ?? now,
      ended_at: now,
      closed_by: actingUser(context),
    });
    await keepBalance(context, facts.session, balance);
    await context.emit(sessionClosed, {
      session_id: facts.session.id,
      input_kg: balance.input_kg,
      good_kg: balance.good_kg,
      delta_kg: balance.delta_session_kg,
      limit_kg: balance.limit_kg,
    });
    return {
      id: facts.session.id,
      status: 'closed',
      ended_at: now,
      balance,
      warnings: await balanceWarnings(context, facts.session.id, balance),
    };
  },
});

/**
 * The table's own check (F-M7-09) as an answer instead of a database error: a rule may be made
 * stricter than the law of the plant, not looser.
 */
function refuseOverLaw(balance: Balance): void {
  const limit = Math.min(Math.floor(grams(balance.input_kg) / 100), 5000);
  if (grams(balance.delta_session_kg) <= limit) return;
  throw conflict('delta_over_law', 'The balance is off by more than the plant ever allows', {
    delta_kg: balance.delta_session_kg,
    limit_kg: kg(limit),
  });
}

async function keepBalance(
  context: BaseContext,
  row: RowOf<typeof session>,
  balance: Balance,
): Promise<void> {
  const balances = context.db.of(sessionBalance);
  const former = await balances.find({ session_id: row.id });
  const figures = { ...balance, closed: true, computed_at: context.now };
  if (former === null) await balances.insert({ session_id: row.id, ...figures });
  else await balances.update(former.id, { ...figures, version: former.version + 1 });
}
