import { definePlugin } from '@qoida/core';
import { packageApprovals } from './approvals/packages.ts';
import { demoPlant } from './demo/demo.ts';
import { factoryEvents } from './events.ts';
import { factoryImports } from './imports/index.ts';
import { masterRecords } from './master/records.ts';
import { factoryMessages } from './messages/index.ts';
import { plantLabels } from './messages/labels.ts';
import { plantStatuses } from './messages/statuses.ts';
import { factoryOperations } from './operations.ts';
import { packagingRecords } from './packaging/records.ts';
import { qualityRecords } from './quality/records.ts';
import { plantRoles } from './roles.ts';
import { scrapRecords } from './scrap/records.ts';
import { sessionRecords } from './session/records.ts';
import { plantSettings } from './settings.ts';
import { plantStanding } from './standing.ts';
import { stockRecords } from './stock/records.ts';

const rule = (name: string) => new URL(`../rules/${name}.qoida`, import.meta.url);

/** A plastics plant: stores, sessions, packages, quality, scrap and the mass balance over all of them. */
export default definePlugin({
  name: 'factory',
  version: '0.1.0',
  title: { uz: 'Zavod', ru: 'Завод', en: 'Plant' },
  records: [
    ...masterRecords,
    ...stockRecords,
    ...sessionRecords,
    ...packagingRecords,
    ...qualityRecords,
    ...scrapRecords,
  ],
  events: factoryEvents,
  operations: factoryOperations,
  imports: factoryImports,
  rules: [
    'balance',
    'weighing',
    'people',
    'packing',
    'approvals',
    'reopening',
    'stock',
    'feeding',
    'alerts',
  ].map(rule),
  approvals: packageApprovals,
  migrations: new URL('../migrations/', import.meta.url),
  settings: plantSettings,
  roles: plantRoles,
  messages: { ...factoryMessages, ...plantLabels, ...plantStatuses },
  standing: plantStanding,
  demo: demoPlant,
});
