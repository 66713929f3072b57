import { conflict, notFound } from '../api/errors.ts';
import { byId } from '../api/facts.ts';
import { flag, id, text } from '../api/fields.ts';
import { type OperationDef, operation, type Tx } from '../api/operations.ts';
import type { RuleRuntime } from '../rules/runtime.ts';
import { DECIDED_AGAINST } from './action.ts';
import { flowsOf } from './flows.ts';
import { ruleAction, ruleRun, ruleSwitch } from './records.ts';
import { nextOf } from './settle.ts';
import { tellSwitched } from './switches.ts';

const MENDERS = ['texnolog', 'integrator', 'admin'] as const;

/** What people do about rules that act by themselves: try again, put aside, switch off and on. */
export function mendingOperations(runtime: RuleRuntime): OperationDef[] {
  return [
    operation({
      name: 'automations.retry',
      http: 'POST /automations/actions/:action_id/retry',
      status: 200,
      summary: { uz: 'Yana urinish', ru: 'Повторить действие', en: 'Try an action again' },
      roles: MENDERS,
      effect: 'record',
      input: { action_id: id('rule_action') },
      facts: { action: byId(ruleAction, 'action_id', { lock: true }) },
      async run({ db, facts, now }) {
        const { action } = facts;
        refuseLiving(action.status);
        if (action.reason === 'argument_fault')
          throw conflict('action_without_argument', 'An argument of this action has no value', {
            message: action.message,
          });
        const row = await db.of(ruleAction).update(action.id, {
          status: 'ready',
          attempts: 0,
          // An approval that was decided counts for what it was asked for: it is asked for anew.
          approval_id: null,
          asked: action.asked + (action.approval_id === null ? 0 : 1),
          next_at: now,
          meant_at: now,
          finished_at: null,
          reason: null,
          message: null,
        });
        // A person wants it done, not the old answer once more.
        await db.sql('update rule_actions set answer = null, details = null where id = ?', [
          action.id,
        ]);
        await letFollow(db, action);
        await db.of(ruleRun).update(action.run_id, { status: 'running', finished_at: null });
        await tellSwitched(db);
        return row;
      },
    }),
    operation({
      name: 'automations.dismiss',
      http: 'POST /automations/actions/:action_id/dismiss',
      status: 200,
      summary: { uz: 'Ro‘yxatdan olish', ru: 'Снять с разбора', en: 'Put an action aside' },
      roles: MENDERS,
      effect: 'record',
      input: {
        action_id: id('rule_action'),
        note: text({ pattern: '\\S', maxLength: 1000 }),
        go_on: flag()
          .default(false)
          .doc('somebody did it by hand: what comes after it in the run is done'),
      },
      facts: { action: byId(ruleAction, 'action_id', { lock: true }) },
      async run({ db, facts, input, now }) {
        const { action } = facts;
        refuseLiving(action.status);
        const row = await db
          .of(ruleAction)
          .update(action.id, { status: 'dismissed', finished_at: now, note: input.note });
        if (input.go_on) await goOn(db, action, now);
        return row;
      },
    }),
    operation({
      name: 'automations.switch',
      http: 'POST /automations/rules/:rule/switch',
      status: 200,
      summary: {
        uz: 'Qoidani o‘chirish yoki yoqish',
        ru: 'Выключить или включить правило',
        en: 'Switch a rule off or on',
      },
      roles: MENDERS,
      effect: 'record',
      input: {
        rule: text({ maxLength: 200 }),
        on: flag(),
        reason: text({ pattern: '\\S', maxLength: 1000 }),
      },
      async run({ db, input, now }) {
        const { rule, on, reason } = input;
        const { automations, schedules } = flowsOf(runtime.snapshot(db.organizationId));
        if (!automations.has(rule) && !schedules.has(rule)) throw notFound('automation', rule);
        const switches = db.of(ruleSwitch);
        await db.sql('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
          `qoida.switch ${db.organizationId} ${rule}`,
        ]);
        const [known] = await db.sql<{ id: string; off: boolean }>(
          'select id, off from rule_switches where rule = ?',
          [rule],
        );
        if ((known?.off ?? false) === !on)
          throw conflict('rule_is_so', `This rule is ${on ? 'on' : 'off'} already`, { on });
        const change = { off: !on, reason, changed_at: now };
        if (known === undefined) await switches.insert({ rule, ...change });
        else await switches.update(known.id, change);
        // What it had begun to wait for is forgotten: switched on again it begins anew.
        await db.sql('delete from rule_states where rule = ?', [rule]);
        await tellSwitched(db);
        return { rule, on, reason };
      },
    }),
  ];
}

const OVER: readonly string[] = ['dead', ...DECIDED_AGAINST];

function refuseLiving(status: string): void {
  if (!OVER.includes(status))
    throw conflict('action_not_dead', `This action is ${status}`, { status });
}

interface Failed {
  readonly id: string;
  readonly run_id: string;
  readonly phase: string;
}

/** What was passed over because of it may follow now. */
const letFollow = (db: Tx, { run_id, phase }: Failed) =>
  db.sql(
    `update rule_actions set status = 'waiting', reason = null, finished_at = null
     where run_id = ? and phase = ? and status = 'skipped' and reason = 'earlier_failed'`,
    [run_id, phase],
  );

async function goOn(
  db: Parameters<Parameters<typeof operation>[0]['run']>[0]['db'],
  action: Failed,
  now: Date,
): Promise<void> {
  await db.sql('select 1 from rule_runs where id = ? for update', [action.run_id]);
  await letFollow(db, action);
  const rows = await db.sql<Parameters<typeof nextOf>[0][number]>(
    'select id, group_no, status, approval_id from rule_actions where run_id = ? and phase = ?',
    [action.run_id, action.phase],
  );
  const next = nextOf(rows);
  if (next === 'running') return;
  if (next === 'failed') {
    await db.sql(
      `update rule_actions set status = 'skipped', reason = 'earlier_failed', finished_at = ?
       where run_id = ? and phase = ? and status = 'waiting'`,
      [now, action.run_id, action.phase],
    );
    return;
  }
  if (next === 'done') {
    const status = action.phase === 'do' ? 'done' : 'failed';
    await db.of(ruleRun).update(action.run_id, { status, finished_at: now });
    return;
  }
  await db.sql(`update rule_actions set status = 'ready', next_at = ? where id = any(?)`, [
    now,
    next,
  ]);
  await db.of(ruleRun).update(action.run_id, { status: 'running', finished_at: null });
  await tellSwitched(db);
}
