import { calibration, device, user } from '../api/core-records.ts';
import type { EventDef } from '../api/events.ts';
import type { OperationDef } from '../api/operations.ts';
import type { Plugin } from '../api/plugin.ts';
import { definePlugin } from '../api/plugin.ts';
import type { RecordDef } from '../api/records.ts';
import { authMessages, authOperations, authRecords, platformRoles } from '../auth/index.ts';
import { boardOperations, message, messagePosted } from '../board/index.ts';
import { deviceEvents, deviceMessages, deviceRecords } from '../devices/index.ts';
import { ruleRecords, rulesPublished } from '../rules/index.ts';
import { platformMessages } from './messages.ts';

/** Records of the platform that rules may name; its inner tables stay out of the language. */
export const languageRecords: readonly RecordDef[] = [user, device, calibration];

/** The platform's own declarations, as if it were a plugin: the same road, the same pages. */
export function corePlugin(parts: {
  version: string;
  operations: readonly OperationDef[];
}): Plugin {
  return definePlugin({
    name: 'platform',
    version: parts.version,
    title: { uz: 'Platforma', ru: 'Платформа', en: 'Platform' },
    records: [...languageRecords, ...authRecords, ...deviceRecords, ...ruleRecords, message],
    events: [rulesPublished, messagePosted, ...(deviceEvents as readonly EventDef[])],
    operations: [...authOperations, ...boardOperations, ...parts.operations],
    messages: { ...platformMessages, ...authMessages, ...deviceMessages },
    roles: platformRoles,
  });
}
