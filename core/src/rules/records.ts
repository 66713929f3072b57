import type { LoosenedGuard, RuleChange } from '@qoida/dsl';
import { flag, id, instant, integer, json, list, oneOf, ref, text } from '../api/fields.ts';
import { record } from '../api/records.ts';
import type { CheckedTests } from './check-task.ts';
import type { GateWords } from './gate-words.ts';
import { ruleDraftText, ruleProposal } from './version-records.ts';
import { DECISION_READERS } from './who-sees.ts';

/** What a change of several modules says of itself, characters. */
export const NOTE_MAX = 500;
const ruleText = () => text({ maxLength: 1_000_000 });

/**
 * A rule module as the plant runs it. `shipped_hash` tells the plugin's text from an edited one; a
 * module that the plant made itself has no plugin.
 */
export const ruleModule = record(
  'rule_module',
  'rule_modules',
  {
    module: text({ maxLength: 200 }),
    plugin: text({ maxLength: 100 }),
    shipped_hash: text({ maxLength: 64 }),
    published_version: integer().default(0),
    /** Empty and out of sight; its versions stay. */
    removed: flag().default(false),
  },
  { code: 'module', lockOrder: 10 },
);

/** A published text; never changed. */
export const ruleVersion = record('rule_version', 'rule_versions', {
  module_id: ref('rule_module'),
  version: integer({ min: 1 }),
  text: ruleText(),
  hash: text({ maxLength: 64 }),
  points: list(text({ maxLength: 200 })).default([]),
  note: text({ maxLength: 1000 }),
  author_id: id('user').optional(),
  author: text({ maxLength: 200 }),
  /** What its tests said when it was published, with what they saw of each condition. */
  tests: json<CheckedTests>().optional(),
  /** What it means otherwise than the version before it. */
  changes: json<readonly RuleChange[]>().optional(),
  /** Gates and approvals that it removed or loosened, confirmed by whoever published it. */
  loosened: json<readonly LoosenedGuard[]>().optional(),
  /** The rehearsal that was looked at before. */
  rehearsal: text({ maxLength: 100 }).optional(),
  /** The version whose text it brought back. */
  restored_from: integer().optional(),
  /** Who proposed it, where another had to publish it. */
  proposed_by_id: id('user').optional(),
  proposed_by: text({ maxLength: 200 }).optional(),
});

/** The one draft of a module; `revision` makes two people's edits a visible conflict. */
export const ruleDraft = record(
  'rule_draft',
  'rule_drafts',
  {
    module_id: ref('rule_module'),
    text: ruleText(),
    base_version: integer(),
    revision: integer().default(1),
    author_id: id('user').optional(),
    author: text({ maxLength: 200 }),
    saved_at: instant(),
    /** Drafts of one change of several modules have the same, and say what the change is. */
    bundle: id('bundle').optional(),
    bundle_note: text({ maxLength: NOTE_MAX }).optional(),
  },
  { audit: false },
);

/** A gate that was hit (F-DM-47); open until released. */
export const gateLog = record(
  'gate_log',
  'gate_log',
  {
    gate: text({ maxLength: 200 }),
    module: text({ maxLength: 200 }),
    point: text({ maxLength: 200 }),
    mode: text({ maxLength: 40 }),
    object_ref: json<Record<string, string>>(),
    session_id: id('session').optional(),
    message: text({ maxLength: 2000 }),
    explanation: json().optional(),
    /** The same with the remedy, in every language. */
    words: json<GateWords>().optional(),
    release_roles: list(text({ maxLength: 64 })).default([]),
    when_clear: flag().default(false),
    releasable: flag().default(false),
    decision_id: id('decision').optional(),
    hits: integer().default(1),
    last_hit_at: instant(),
    hit_by: text({ maxLength: 200 }),
    released_at: instant().optional(),
    released_by: id('user').optional(),
    released_facts: json<Record<string, unknown>>().optional(),
    /** Closed because what it was about is gone, not released by a person. */
    cause_gone: flag().default(false),
    note: text({ maxLength: 1000 }).optional(),
  },
  { lockOrder: 90 },
);

/** What the gates of a point decided, with every scalar fact they could read. */
export const decision = record(
  'decision',
  'decisions',
  {
    point: text({ maxLength: 200 }),
    verdict: oneOf('allowed', 'refused', 'warned'),
    failed: list(text({ maxLength: 200 })).default([]),
    facts: json<Record<string, unknown>>(),
    rules_hash: text({ maxLength: 64 }),
    /** The moment that the rules were asked with; what is older has only `created_at`. */
    decided_at: instant().optional(),
    settings_hash: text({ maxLength: 64 }).optional(),
    /** Each hit as it was judged: `GateOutcome[]`. */
    outcome: json<readonly unknown[]>().optional(),
    /** Facts of which only the first lines were kept. */
    cut: list(text({ maxLength: 200 })).default([]),
    /** Who had to agree: `DecidedApproval`. */
    approval: json<unknown>().optional(),
    actor_id: id('user').optional(),
    actor: text({ maxLength: 200 }),
    trace_id: id('trace'),
  },
  {
    audit: false,
    api: {
      path: 'rules/decisions',
      read: DECISION_READERS,
      filters: ['point', 'verdict', 'trace_id'],
      sort: 'created_at desc',
    },
  },
);

export const ruleRecords = [
  ruleModule,
  ruleVersion,
  ruleDraft,
  ruleProposal,
  ruleDraftText,
  gateLog,
  decision,
] as const;
