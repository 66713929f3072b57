import { flag, id, instant, integer, json, list, oneOf, ref, text } from '../api/fields.ts';
import { record } from '../api/records.ts';

const ruleText = () => text({ maxLength: 1_000_000 });

/** A rule module as the plant runs it. `shipped_hash` tells the plugin's text from an edited one. */
export const ruleModule = record(
  'rule_module',
  'rule_modules',
  {
    module: text({ maxLength: 200 }),
    plugin: text({ maxLength: 100 }),
    shipped_hash: text({ maxLength: 64 }),
    published_version: integer().default(0),
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
    actor_id: id('user').optional(),
    actor: text({ maxLength: 200 }),
    trace_id: id('trace'),
  },
  {
    audit: false,
    api: {
      path: 'rules/decisions',
      read: '*',
      filters: ['point', 'verdict', 'trace_id'],
      sort: 'created_at desc',
    },
  },
);

export const ruleRecords = [ruleModule, ruleVersion, ruleDraft, gateLog, decision] as const;
