import { definePlugin } from '@qoida/core';
import { shareDevice, unshareDevice } from './access/share.ts';
import { usersOfDevice } from './access/users.ts';
import { configAcked, hello, setIoConfig, setRestoreMode } from './config/operations.ts';
import { demoSwitch } from './demo.ts';
import { relayEvents } from './events.ts';
import { relayMessages } from './messages.ts';
import { relayModels } from './models.ts';
import { relayRecords } from './records.ts';
import { overtaken } from './relays/overtaken.ts';
import { nameRelay, releaseRelay } from './relays/release.ts';
import { setAllRelays, setRelay } from './relays/set.ts';
import { deviceState, lateAnswer, oneCommand, settleCommand } from './relays/settle.ts';
import { history } from './reports/history.ts';
import { takeInput } from './reports/input.ts';
import { report, reportFault } from './reports/report.ts';
import { relayStanding } from './reports/standing.ts';
import { relayRoles } from './roles.ts';
import { relaySettings } from './settings.ts';

/** Relay switches that dial in over a WebSocket, and relay boards on Modbus RTU. */
export default definePlugin({
  name: 'relay_switch',
  version: '0.1.0',
  title: { uz: 'Relelar', ru: 'Реле', en: 'Relay switches' },
  records: relayRecords,
  events: relayEvents,
  operations: [
    setRelay,
    setAllRelays,
    releaseRelay,
    nameRelay,
    deviceState,
    oneCommand,
    overtaken,
    settleCommand,
    lateAnswer,
    report,
    reportFault,
    takeInput,
    history,
    hello,
    setIoConfig,
    setRestoreMode,
    configAcked,
    usersOfDevice,
    shareDevice,
    unshareDevice,
  ],
  devices: relayModels,
  standing: relayStanding,
  rules: [
    new URL('../rules/lights.qoida', import.meta.url),
    new URL('../rules/alerts.qoida', import.meta.url),
  ],
  migrations: new URL('../migrations/', import.meta.url),
  settings: relaySettings,
  roles: relayRoles,
  messages: relayMessages,
  demo: demoSwitch,
});
