import { flag, id, instant, integer, json, list, oneOf, ref, text } from '../api/fields.ts';
import { record } from '../api/records.ts';
import { DECIDED_AGAINST } from './action.ts';

const name = () => text({ maxLength: 200 });
export const READERS = ['texnolog', 'integrator', 'sex_boshligi', 'direktor', 'admin'];

/** A rule that went off by itself, or a run of a schedule. */
export const ruleRun = record(
  'rule_run',
  'rule_runs',
  {
    kind: oneOf('automation', 'schedule', 'alert', 'approval'),
    rule: name(),
    key: text({ maxLength: 1000 }),
    at: instant(),
    events: json<readonly unknown[]>(),
    causes: list(text({ maxLength: 100 })).default([]),
    chain: list(name()).default([]),
    rules_hash: text({ maxLength: 64 }),
    /** The moment that the rule was asked with. */
    decided_at: instant().optional(),
    settings_hash: text({ maxLength: 64 }).optional(),
    conditions: json<readonly unknown[]>(),
    /** How things stood, as far as the rule reads it. */
    facts: json<Readonly<Record<string, unknown>>>().optional(),
    trace_id: id('trace'),
    /** The people whose acts led to it, by their ids. */
    people: list(text({ maxLength: 300 })).default([]),
    status: oneOf('running', 'done', 'failed', 'empty'),
    finished_at: instant().optional(),
    /** By which rules, when and with which settings its failure was answered (`on failure`). */
    failure_rules_hash: text({ maxLength: 64 }).optional(),
    failure_decided_at: instant().optional(),
    failure_settings_hash: text({ maxLength: 64 }).optional(),
    /** How things stood then, as far as the rule reads it. */
    failure_facts: json<Readonly<Record<string, unknown>>>().optional(),
  },
  {
    audit: false,
    lockOrder: 95,
    api: {
      path: 'automations/runs',
      read: READERS,
      filters: ['rule', 'kind', 'status'],
      sort: 'created_at desc',
    },
  },
);

/**
 * One action of a run. `dead`: given up, a person has to look; `waiting` with a request's id: people have
 * to agree to it; `refused`, `expired`, `withdrawn`: what became of that request.
 */
export const ruleAction = record(
  'rule_action',
  'rule_actions',
  {
    run_id: ref('rule_run'),
    phase: oneOf('do', 'on_failure'),
    group_no: integer(),
    place: integer(),
    action: name(),
    effect: text({ maxLength: 20 }),
    target: text({ maxLength: 1000 }).optional(),
    args: json<Readonly<Record<string, unknown>>>(),
    status: oneOf(
      'waiting',
      'ready',
      'running',
      'done',
      'dead',
      'skipped',
      'dismissed',
      ...DECIDED_AGAINST,
    ),
    attempts: integer().default(0),
    approval_id: id('approval_request').optional(),
    /** How often it was asked for anew, after its request had ended. */
    asked: integer().default(0),
    next_at: instant(),
    meant_at: instant(),
    reason: text({ maxLength: 200 }).optional(),
    message: text({ maxLength: 2000 }).optional(),
    /** The figures of the reason's sentence. */
    details: json<Readonly<Record<string, unknown>>>().optional(),
    result: json().optional(),
    /** What the person said who put it aside. */
    note: text({ maxLength: 1000 }).optional(),
    finished_at: instant().optional(),
  },
  {
    lockOrder: 96,
    api: {
      path: 'automations/actions',
      read: READERS,
      filters: ['run_id', 'status', 'action', 'target', 'approval_id'],
      sort: 'created_at desc',
    },
  },
);

/** Why a rule nearly went off and did not. */
export const ruleTrace = record(
  'rule_trace',
  'rule_traces',
  {
    rule: name(),
    key: text({ maxLength: 1000 }),
    at: instant(),
    outcome: text({ maxLength: 40 }),
    conditions: json<readonly unknown[]>(),
    event_id: id('event').optional(),
    /** Of rows that have none it is `type` of the event. */
    event_name: text({ maxLength: 200 }).optional(),
    event: json().optional(),
    /** By which rules, when and with which settings it was asked; older ones have none of it. */
    rules_hash: text({ maxLength: 64 }).optional(),
    decided_at: instant().optional(),
    settings_hash: text({ maxLength: 64 }).optional(),
    /** How things stood, of what the rule asks. */
    facts: json<Readonly<Record<string, unknown>>>().optional(),
    /** The events that its conditions were asked on, `true` for `event`; older ones have none. */
    asked_on: json<readonly unknown[]>().optional(),
  },
  {
    audit: false,
    api: {
      path: 'automations/traces',
      read: READERS,
      filters: ['rule', 'outcome'],
      sort: 'created_at desc',
    },
  },
);

/** A rule that a person switched off, or on again. */
export const ruleSwitch = record(
  'rule_switch',
  'rule_switches',
  {
    rule: name(),
    off: flag(),
    reason: text({ maxLength: 1000 }),
    changed_at: instant(),
  },
  { lockOrder: 94 },
);

export const automationRecords = [ruleRun, ruleAction, ruleTrace, ruleSwitch] as const;
