import { id, instant, integer, list, oneOf, ref, text } from '../api/fields.ts';
import { record } from '../api/records.ts';

const ruleText = () => text({ maxLength: 1_000_000 });

/** A text that one person proposes and another puts into force; one open at a time for a module. */
export const ruleProposal = record(
  'rule_proposal',
  'rule_proposals',
  {
    module_id: ref('rule_module'),
    /** Those that came together have the same. */
    bundle: id('bundle').optional(),
    text: ruleText(),
    hash: text({ maxLength: 64 }),
    base_version: integer(),
    restored_from: integer().optional(),
    note: text({ maxLength: 1000 }),
    accepts: list(text({ maxLength: 200 })).default([]),
    rehearsal: text({ maxLength: 100 }).optional(),
    proposed_by_id: id('user').optional(),
    proposed_by: text({ maxLength: 200 }),
    proposed_at: instant(),
    state: oneOf('open', 'published', 'rejected', 'withdrawn', 'void').default('open'),
    decided_by: text({ maxLength: 200 }).optional(),
    decided_at: instant().optional(),
    reason: text({ maxLength: 1000 }).optional(),
  },
  { lockOrder: 11 },
);

/** A draft that somebody else wrote over or threw away. */
export const ruleDraftText = record(
  'rule_draft_text',
  'rule_draft_texts',
  {
    module_id: ref('rule_module'),
    text: ruleText(),
    author: text({ maxLength: 200 }),
    saved_at: instant(),
    replaced_by: text({ maxLength: 200 }),
  },
  { audit: false },
);
