import { alertEvents, alertMessages, alertRecords } from '../alerts/index.ts';
import { calibration, device, user } from '../api/core-records.ts';
import type { EventDef } from '../api/events.ts';
import type { OperationDef } from '../api/operations.ts';
import type { Plugin } from '../api/plugin.ts';
import { definePlugin } from '../api/plugin.ts';
import type { RecordDef } from '../api/records.ts';
import { approvalEvents, approvalMessages, approvalRecords } from '../approvals/index.ts';
import { auditFault, auditKey, auditMessages, auditOperations } from '../audit/index.ts';
import {
  authMessages,
  authOperations,
  authRecords,
  passwordReset,
  platformRoles,
  userRegistered,
  userStatusChanged,
} from '../auth/index.ts';
import {
  automationGivenUp,
  automationMessages,
  automationRecords,
  dayOff,
} from '../automations/index.ts';
import { boardOperations, message, messagePosted } from '../board/index.ts';
import { channelEvents, channelMessages, channelRecords } from '../channels/index.ts';
import { deviceEvents, deviceMessages, deviceRecords } from '../devices/index.ts';
import { rehearsalEnded, rehearsalMessages, rehearsalRecords } from '../rehearsal/index.ts';
import { ruleMessages, ruleRecords, rulesPublished } from '../rules/index.ts';
import { alertingCatalog } from './alerting-catalog.ts';
import { platformMessages } from './messages.ts';

/** Records of the platform that rules may name; its inner tables stay out of the language. */
export const languageRecords: readonly RecordDef[] = [user, device, calibration];

/** Events of the platform that rules may listen to. */
export const languageEvents: readonly EventDef[] = [
  ...(deviceEvents as readonly EventDef[]),
  ...alertEvents,
  ...approvalEvents,
  automationGivenUp,
  messagePosted,
];

/**
 * Operations of the platform that rules may do, and stand at. People, rights, rules, alerts and the audit
 * are people's affairs: no rule touches them.
 */
export const languageOperations: readonly OperationDef[] = boardOperations;

/** The platform's own declarations, as if it were a plugin: the same road, the same pages. */
export function corePlugin(parts: {
  version: string;
  operations: readonly OperationDef[];
}): Plugin {
  return definePlugin({
    name: 'platform',
    version: parts.version,
    title: { uz: 'Platforma', ru: 'Платформа', en: 'Platform' },
    records: [
      ...languageRecords,
      ...authRecords,
      ...deviceRecords,
      ...ruleRecords,
      ...automationRecords,
      dayOff,
      ...approvalRecords,
      ...alertRecords,
      ...channelRecords,
      ...rehearsalRecords,
      auditKey,
      message,
    ],
    events: [
      rulesPublished,
      auditFault,
      passwordReset,
      userRegistered,
      userStatusChanged,
      rehearsalEnded,
      ...channelEvents,
      ...languageEvents,
    ],
    operations: [...authOperations, ...auditOperations, ...boardOperations, ...parts.operations],
    messages: {
      ...platformMessages,
      ...ruleMessages,
      ...authMessages,
      ...auditMessages,
      ...deviceMessages,
      ...automationMessages,
      ...approvalMessages,
      ...alertMessages,
      ...channelMessages,
      ...rehearsalMessages,
    },
    roles: platformRoles,
    ...alertingCatalog,
  });
}
