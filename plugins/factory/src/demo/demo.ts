import type { DemoContext } from '@qoida/core';
import { addDevices } from './devices.ts';
import { MASTER_FILES } from './master-data.ts';

/** Fills an empty plant with the UAT data set (F-UAT) through the same imports and operations as people. */
export async function demoPlant(context: DemoContext): Promise<void> {
  for (const [entity, csv] of MASTER_FILES) await context.importCsv(entity, csv);
  await addDevices(context);
  await context.run('qualification.grant', { user_id: 'operator', code: 'E3' });
}
