import { flag, instant, integer, json, list, oneOf, ref, text } from '../api/fields.ts';
import { record } from '../api/records.ts';

/** How the plant uses a way to reach people. */
export const channelRow = record(
  'channel',
  'channels',
  {
    name: text({ maxLength: 64 }),
    enabled: flag().default(true),
    settings: json<Readonly<Record<string, unknown>>>(),
    sealed: text({ maxLength: 8000, secret: true }).optional(),
    /** For how severe alerts it is meant where a rule names no channel (F-ALT-09). */
    severities: list(oneOf('P1', 'P2', 'P3')).default(['P1', 'P2', 'P3']),
    /** Whether it carries requests for approval; where nobody said, as the channel declares. */
    approvals: flag().optional(),
  },
  { unique: [['name']], lockOrder: 60 },
);

/** Where a person is reached. */
export const userChannel = record(
  'user_channel',
  'user_channels',
  {
    user_id: ref('user'),
    channel: text({ maxLength: 64 }),
    address: text({ maxLength: 300 }),
    enabled: flag().default(true),
  },
  { unique: [['user_id', 'channel']] },
);

/** When messages wait (`hold`) or are left out (`drop`): for the plant, a channel or a person. */
export const silence = record(
  'silence',
  'silences',
  {
    channel: text({ maxLength: 64 }).optional(),
    user_id: ref('user').optional(),
    kind: oneOf('once', 'weekly'),
    mode: oneOf('hold', 'drop'),
    from_at: instant().optional(),
    to_at: instant().optional(),
    days: list(oneOf('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')).default([]),
    from_time: text({ maxLength: 5 }).optional(),
    to_time: text({ maxLength: 5 }).optional(),
    p1_passes: flag().default(true),
    reason: text({ maxLength: 500 }),
    author: text({ maxLength: 200 }),
    ended_at: instant().optional(),
  },
  { lockOrder: 61 },
);

/** Why something is told: of an alert, as a test, of a request for approval. */
export const REASONS = [
  'opened',
  'escalated',
  'repeated',
  'test',
  'asked',
  'reminded',
  'ended',
] as const;

/** One message on its way. `dead`: given up, a person has to look. */
export const delivery = record(
  'alert_delivery',
  'alert_deliveries',
  {
    alert_id: ref('alert').optional(),
    approval_id: ref('approval_request').optional(),
    approval_stage: integer().optional(),
    reason: oneOf(...REASONS),
    severity: oneOf('P1', 'P2', 'P3').optional(),
    channel: text({ maxLength: 64 }),
    user_id: ref('user').optional(),
    recipient: text({ maxLength: 200 }),
    address: text({ maxLength: 300 }).optional(),
    locale: oneOf('uz', 'ru', 'en'),
    subject: text({ maxLength: 300 }),
    body: text({ maxLength: 4000 }),
    status: oneOf('ready', 'sending', 'sent', 'dead', 'skipped', 'silenced'),
    attempts: integer().default(0),
    meant_at: instant(),
    next_at: instant(),
    failure: text({ maxLength: 200 }).optional(),
    message: text({ maxLength: 2000 }).optional(),
    finished_at: instant().optional(),
  },
  { lockOrder: 98 },
);

export const channelRecords = [channelRow, userChannel, silence, delivery] as const;
