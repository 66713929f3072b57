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
    .default(['@qoida/plugin-rs485-scale', '@qoida/plugin-factory'])
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
  API_RATE_LIMIT_RPM: integer({ min: 1 }).default(120).doc('calls a minute and user'),
  CHECK_RATE_LIMIT_RPM: integer({ min: 1 })
    .default(600)
    .doc('dry runs (`/check`) a minute and user'),
  TRUSTED_PROXIES: list(text())
    .default([])
    .doc('addresses or CIDR ranges of reverse proxies whose forwarded headers are believed')
    .example(['127.0.0.1']),
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
