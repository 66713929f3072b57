import type { Shape, ValueOf } from '../api/fields.ts';
import { flag, integer, list, oneOf, text } from '../api/fields.ts';

/**
 * Every setting of the platform itself. Plugins add theirs (`PluginSpec.settings`); all together
 * make the one schema that `config/settings.schema.json` shows and a start is checked against.
 */
export const platformSettings = {
  QOIDA_PORT: integer({ min: 0, max: 65_535 })
    .default(8080)
    .doc('TCP port of the web app and the API; 0 takes a free one'),
  QOIDA_HOST: text()
    .default('127.0.0.1')
    .doc('address to listen on; 0.0.0.0 opens it to the network'),
  QOIDA_DATA: text().default('./data').doc('folder of everything the platform keeps'),
  QOIDA_PUBLIC_URL: text()
    .optional()
    .doc('address under which people reach the platform')
    .example('https://qoida.example'),
  PLUGINS: list(text())
    .default(['@qoida/plugin-rs485-scale', '@qoida/plugin-factory', '@qoida/plugin-relay-switch'])
    .doc('npm names of the plugins to load'),
  DB_DSN: text({ secret: true })
    .optional()
    .doc('PostgreSQL 15 or later; without it the platform runs its own')
    .example('postgres://qoida:password@127.0.0.1:5432/qoida'),
  DB_APP_DSN: text({ secret: true })
    .optional()
    .doc('the application role, where the role of DB_DSN may not create roles')
    .example('postgres://qoida_app:password@127.0.0.1:5432/qoida'),
  JWT_SECRET: text({ secret: true })
    .optional()
    .doc('signs access tokens; made and kept in the data folder when absent')
    .example('32 or more random characters'),
  SERVER_SECRET: text({ secret: true })
    .optional()
    .doc(
      'signs the audit chain and seals device secrets; made and kept in the data folder when absent',
    )
    .example('32 or more random characters'),
  QC_SECRET: text({ secret: true })
    .optional()
    .doc('signs quality decisions; made and kept in the data folder when absent')
    .example('32 or more random characters'),
  PLANT_TZ: text({ maxLength: 64 }).default('Asia/Tashkent').doc('time zone of the plant'),
  APPROVAL_EXPIRE_HOURS: integer({ min: 1 })
    .default(24)
    .doc('a request for approval not decided by then expires, where its rule does not say'),
  APPROVAL_REMIND_HOURS: integer({ min: 0 })
    .default(2)
    .doc(
      'so long before a request for approval expires whoever has yet to decide is reminded, of a shorter one halfway; 0 reminds nobody',
    ),
  REGISTRATION_ROLE: text({ maxLength: 64 })
    .optional()
    .doc('people may register themselves and get this role; without it administrators add them')
    .example('relay_user'),
  REGISTRATION_WAITS: flag()
    .default(false)
    .doc('who registers can sign in once an administrator has let them in'),
  API_RATE_LIMIT_RPM: integer({ min: 1 }).default(120).doc('calls a minute and user'),
  CHECK_RATE_LIMIT_RPM: integer({ min: 1 })
    .default(600)
    .doc('dry runs (`/check`) a minute and user'),
  TRUSTED_PROXIES: list(text())
    .default([])
    .doc('addresses or CIDR ranges of reverse proxies whose forwarded headers are believed')
    .example(['127.0.0.1']),
  AUTOMATION_STALE_SEC: integer({ min: 1, max: 86_400 })
    .default(300)
    .doc('what moves a device is not moved later than this after it was meant'),
  AUTOMATION_RUN_DAYS: integer({ min: 1, max: 3_650 })
    .default(90)
    .doc(
      'runs of automations and schedules are forgotten after this; never while an action waits for a person',
    ),
  AUTOMATION_TRACE_DAYS: integer({ min: 1, max: 3_650 })
    .default(14)
    .doc('near misses of automations are forgotten after this'),
  AUTOMATION_TRACES_PER_RULE: integer({ min: 10, max: 100_000 })
    .default(500)
    .doc('near misses of one rule that are kept, the latest ones'),
  SCHEDULER_GRACE_SEC: integer({ min: 1, max: 86_400 })
    .default(60)
    .doc('a run of a schedule that comes later than this was missed'),
  EVENT_KEEP_DAYS: integer({ min: 1, max: 3660 })
    .default(62)
    .doc('events are kept this long; rules are rehearsed no further back, days'),
  AUDIT_CHECKPOINT_MINUTES: integer({ min: 0, max: 10_080 })
    .default(60)
    .doc('a checkpoint of the audit log is signed this often, minutes; 0: only when asked'),
  AUDIT_CHECKPOINT_DIR: text()
    .optional()
    .doc('folder, best on another machine, that gets a copy of every checkpoint')
    .example('/mnt/elsewhere/qoida'),
  AUDIT_CHECK_HOURS: integer({ min: 0, max: 720 })
    .default(24)
    .doc('the whole audit log is checked this often, hours; 0: only when asked'),
  ALERT_LOOK_SEC: integer({ min: 1, max: 3600 })
    .default(10)
    .doc('how often alerts ask how things stand (standing facts)'),
  ALERT_KEEP_DAYS: integer({ min: 1, max: 3_660 })
    .default(365)
    .doc(
      'closed alerts are forgotten after this with their history and messages; audit keeps its own',
    ),
  MESSAGE_KEEP_DAYS: integer({ min: 1, max: 3_660 })
    .default(90)
    .doc(
      'messages of alerts are forgotten after this; never those that were given up and wait for a person',
    ),
  STANDING_RECORD_SEC: integer({ min: 1, max: 3600 })
    .default(60)
    .doc('how often it is recorded how things stand, so that rules that ask can be rehearsed'),
  CHANNEL_RETRY_SEC: integer({ min: 1, max: 3600 })
    .default(10)
    .doc('wait before a message that did not leave is tried again; it doubles each time'),
  CHANNEL_PACE_SEC: integer({ min: 0, max: 86_400 })
    .default(60)
    .doc('nobody gets messages of alerts on one channel more often; P1 goes at once'),
  RULES_SECOND_PERSON: flag()
    .default(false)
    .doc('rules are proposed by one person and put into force by another'),
  CHANNELS_LOCAL: flag()
    .default(false)
    .doc('channels may post to addresses of this machine and its link'),
  NODE_RED: flag().default(true).doc('run Node-RED beside the platform, behind its sign-in'),
  NATS_URL: text()
    .optional()
    .doc('NATS server that joins several nodes; one node needs none')
    .example('nats://127.0.0.1:4222'),
  LOG_LEVEL: oneOf('debug', 'info', 'warn', 'error')
    .default('info')
    .doc('least level that is written'),
  METRICS_TOKEN: text({ secret: true })
    .optional()
    .doc('bearer token for /metrics from other machines')
    .example('a random text'),
} satisfies Shape;

export type PlatformSettings = ValueOf<typeof platformSettings>;
/** All settings by key: those of the platform are typed, those of plugins are not known here. */
export type Settings = PlatformSettings & Readonly<Record<string, unknown>>;
