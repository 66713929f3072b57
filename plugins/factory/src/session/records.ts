import {
  computed,
  date,
  flag,
  id,
  instant,
  integer,
  json,
  list,
  oneOf,
  quantity,
  record,
  ref,
  text,
} from '@qoida/core';
import type { RecipeLineView } from '../master/records.ts';

const mass = (min?: number) =>
  quantity('kg', { resolution: 0.001, ...(min === undefined ? {} : { min }) });

/** The published recipe as it was at the start; later edits don't reach a running session (F-M3-02). */
export interface RecipeSnapshot {
  readonly sku: string;
  readonly recipe_id: string;
  readonly version: number;
  /** How often it was changed while the session ran (F-API-123); absent while it never was. */
  readonly revision?: number;
  readonly vt_limit_pct: number;
  readonly lines: readonly RecipeLineView[];
}

const sum = (what: string, where: string) => `(select coalesce(sum(${what}), 0) ${where})`;

/**
 * F-DM-20, states F-SM-01. The terms of the balance are computed columns, so a rule reads
 * `session.input_kg` and PostgreSQL adds up; no operation that doesn't need them pays for them.
 */
export const session = record(
  'session',
  'sessions',
  {
    workcenter_id: ref('workcenter'),
    sku_id: ref('sku'),
    partiya_no: text({ maxLength: 64 }).changeable(false),
    shift: oneOf('day', 'night').changeable(false),
    business_date: date().changeable(false),
    operators: list(ref('user'), { min: 1, max: 2 }),
    status: oneOf('opened', 'paused', 'closed').default('opened'),
    started_at: instant().changeable(false),
    production_ended_at: instant().optional().changeable(false),
    ended_at: instant().optional().changeable(false),
    pause_reason: text({ maxLength: 200 }).optional(),
    recipe_snapshot: json<RecipeSnapshot | null>().optional(),
    reopen_count: integer({ min: 0 }).default(0).changeable(false),
    opened_by: ref('user').optional().changeable(false),
    closed_by: ref('user').optional().changeable(false),
  },
  {
    title: { uz: 'Sessiya', ru: 'Сессия', en: 'Session' },
    bindsRules: true,
    lockOrder: 20,
    checks: { session_operators: 'cardinality(operators) between 1 and 2' },
    unique: [
      {
        name: 'sessions_one_running',
        on: 'workcenter_id',
        where: "status in ('opened', 'paused') and production_ended_at is null",
      },
    ],
    indexes: [
      ['status', 'workcenter_id'],
      ['business_date', 'shift'],
    ],
    computed: {
      workcenter_code: computed(
        text().changeable(false),
        '(select w.code from workcenters w where w.id = this.workcenter_id)',
      ),
      sku_code: computed(
        text().changeable(false),
        '(select s.code from skus s where s.id = this.sku_id)',
      ),
      input_kg: computed(
        mass(0),
        sum('l.qty_kg', 'from session_input_links l where l.session_id = this.id'),
      ),
      vt_kg: computed(
        mass(0),
        sum('l.qty_kg', 'from session_input_links l where l.session_id = this.id and l.is_vt'),
      ),
      good_kg: computed(
        mass(0),
        sum('p.weight_kg', "from packages p where p.session_id = this.id and p.status = 'qc_ok'"),
      ),
      wip_kg: computed(
        mass(0),
        sum(
          'w.wip_kg',
          'from shop_snapshot_wip w where w.session_id = this.id and not w.superseded',
        ),
      ),
      outstanding_kg: computed(
        mass(0),
        sum('l.remaining_kg', 'from scrap_lots l where l.session_id = this.id'),
      ),
      rework_in_linked_kg: computed(
        mass(0),
        sum('l.scrap_kg', 'from scrap_links l where l.session_id = this.id'),
      ),
      disposed_linked_kg: computed(
        mass(0),
        sum('d.qty_kg', 'from disposed_log d where d.session_id = this.id'),
      ),
      pending_packages: computed(
        integer({ min: 0 }),
        `(select count(*) from packages p
          where p.session_id = this.id and p.status in ('draft_manual', 'awaiting_qc'))`,
      ),
      open_vt_gates: computed(
        integer({ min: 0 }),
        `(select count(*) from gate_log g
          where g.session_id = this.id and g.gate = 'vt_limit' and g.released_at is null)`,
      ),
    },
  },
);

/** Material issued to a session (F-DM-21); the sum of it is `input_kg`. */
export const sessionInputLink = record(
  'session_input_link',
  'session_input_links',
  {
    session_id: ref('session'),
    stock_txn_id: id('stock_txn'),
    stock_txn_ts: instant().changeable(false),
    material_id: ref('material').optional(),
    sku_id: ref('sku').optional(),
    batch_no: text({ maxLength: 64 }).optional(),
    is_vt: flag().default(false),
    qty_kg: mass(0),
  },
  {
    checks: {
      session_input_link_one_thing: '(material_id is null) <> (sku_id is null)',
      session_input_link_qty: 'qty_kg > 0',
    },
    unique: [['session_id', 'stock_txn_id']],
    indexes: [['session_id']],
  },
);

/** F-DM-27; the database itself refuses a closed balance over the limit (F-OP-48). */
export const sessionBalance = record(
  'session_balance',
  'session_balances',
  {
    session_id: ref('session'),
    input_kg: mass(0),
    good_kg: mass(0),
    wip_kg: mass(0),
    scrap_expected_kg: mass(),
    rework_in_linked_kg: mass(0).default(0),
    disposed_linked_kg: mass(0).default(0),
    outstanding_kg: mass(0).default(0),
    unexplained_kg: mass(),
    delta_session_kg: mass(0).default(0),
    limit_kg: mass(0),
    closed: flag().default(false),
    computed_at: instant().changeable(false),
    version: integer({ min: 1 }).default(1),
  },
  {
    title: { uz: 'Massa balansi', ru: 'Баланс массы', en: 'Mass balance' },
    lockOrder: 21,
    unique: [['session_id']],
    checks: { session_delta_check: 'not closed or delta_session_kg <= least(0.01 * input_kg, 5)' },
    indexes: [
      {
        name: 'session_balances_delta',
        on: 'delta_session_kg',
        where: 'delta_session_kg > 0',
      },
    ],
  },
);

/** F-DM-28: the balance as it was at each reopening; never changed. */
export const sessionBalanceHistory = record(
  'session_balance_history',
  'session_balance_history',
  {
    session_id: ref('session'),
    version: integer(),
    input_kg: mass(),
    good_kg: mass(),
    wip_kg: mass(),
    scrap_expected_kg: mass(),
    rework_in_linked_kg: mass(),
    disposed_linked_kg: mass(),
    outstanding_kg: mass(),
    unexplained_kg: mass(),
    delta_session_kg: mass(),
    limit_kg: mass(),
    closed_at: instant(),
    reopened_at: instant(),
    reason: text({ maxLength: 1000 }),
    approval_id: id('approval_request').optional(),
  },
  { lockOrder: 22, unique: [['session_id', 'version']] },
);

export const sessionRecords = [
  session,
  sessionInputLink,
  sessionBalance,
  sessionBalanceHistory,
] as const;
